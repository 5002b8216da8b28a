"""A second factor beside the password: set up with a telephone, asked at sign-in, each code once, and lost."""

import multiprocessing
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from urllib.parse import quote

import argon2
import pyotp
import time_machine
from flask import Flask
from sqlalchemy import select, update

from expertise.base.database import begin, engine, session
from expertise.people.models import Account, RecoveryCode, SignedIn
from expertise.people.passwords import HASHER
from tests.audit.test_chain import events
from tests.conftest import PASSWORD, Browser, Template, command
from tests.make import Cast

Open = Callable[[str], Browser]


def set_up(browser: Browser) -> tuple[pyotp.TOTP, list[str]]:
    """What the telephone now has, and the recovery codes."""
    page = browser.post("/account/second-factor/begin")
    assert 'class="segno"' in page
    found = re.search(r'id="secret">([A-Z2-7 ]+)<', page)
    assert found
    telephone = pyotp.TOTP(found[1].replace(" ", ""))
    page = browser.post("/account/second-factor", code=telephone.now())
    return telephone, re.findall(r"<code>([a-z2-7 ]+)</code>", page)


def half_in(browser: Browser, email: str) -> Browser:
    """A browser in which the password was right."""
    browser.post("/sign-in?next=/account", email=email, password=PASSWORD)
    assert browser.page is not None
    assert browser.page.request.path == "/sign-in/code"
    return browser


def test_the_leaver_sets_it_up_and_a_password_alone_no_longer_lets_anybody_in(
    app: Flask, cast: Cast, browser_of: Open
) -> None:
    email = cast.email("leaver")
    elsewhere, leaver = browser_of("leaver"), browser_of("leaver")
    assert "off: your password alone" in leaver.get("/account", lang="en")
    telephone, recovery = set_up(leaver)
    assert len(set(recovery)) == 8
    # The secret and the recovery codes are shown to nobody any more, and the database holds neither as it is.
    assert telephone.secret not in leaver.get("/account/second-factor").replace(" ", "")
    with app.app_context():
        begin("read")
        kept = session().scalars(select(Account).where(Account.email == email)).one()
        hashes = session().scalars(select(RecoveryCode.code_hash)).all()
        assert kept.second_sealed
        assert telephone.secret not in kept.second_sealed
        assert not {one.replace(" ", "") for one in recovery} & set(hashes)
    # The sessions of before began with a password alone: they end, and this one goes on.
    assert elsewhere.client.get("/account").status_code == 303
    assert "Femke Wolderink" in leaver.get("/account")

    newcomer = half_in(browser_of("nobody"), email)
    assert newcomer.client.get("/account").status_code == 303
    used = telephone.now()
    assert "used already" in newcomer.post("/sign-in/code?lang=en", code=used, status=422)
    with time_machine.travel("2026-11-23T09:16:00+01:00", tick=True):
        code = telephone.now()
        newcomer.post("/sign-in/code?next=/account", code=f"{code[:3]} {code[3:]}")
        assert "Femke Wolderink" in newcomer.get("/account")
        # A code that somebody saw over a shoulder is used up, also in another browser.
        other = half_in(browser_of("nobody"), email)
        other.post("/sign-in/code", code=code, status=422)
        # Without the telephone: a recovery code, once.
        other.post("/sign-in/code", code=recovery[0].upper())
        assert "7 recovery codes left" in other.get("/account/second-factor", lang="en")
        half_in(browser_of("nobody"), email).post("/sign-in/code", code=recovery[0], status=422)
        # Whoever waits longer than ten minutes begins again.
        waiting = half_in(browser_of("nobody"), email)
    with time_machine.travel("2026-11-23T09:27:00+01:00", tick=True):
        waiting.post("/sign-in/code", code=telephone.now())
        assert waiting.page is not None
        assert waiting.page.request.path == "/sign-in"
    done = [one.action for one in events(app)]
    assert {"account.second_factor_on", "account.recovery_code_used", "account.sign_in_failed"} <= set(done)


def test_codes_are_not_guessed_however_often_the_password_is_right(cast: Cast, browser_of: Open) -> None:
    leaver = browser_of("leaver")
    telephone, _recovery = set_up(leaver)
    with time_machine.travel("2026-11-23T09:16:00+01:00", tick=True):
        wrong = f"{(int(telephone.now()) + 1) % 1000000:06}"
        for _one in range(8):
            half_in(browser_of("nobody"), cast.email("leaver")).post("/sign-in/code", code=wrong, status=422)
        # As with passwords: now the right one waits too, and so does the password.
        browser_of("nobody").post("/sign-in", email=cast.email("leaver"), password=PASSWORD, status=422)


def test_a_telephone_that_was_lost_is_taken_away_and_the_owner_hears_of_it(
    make_app: Callable[..., Flask], cast_template: Template, tmp_path: Path
) -> None:
    app = make_app(cast_template, EXPERTISE_MAIL_URL=(tmp_path / "mail").as_uri())
    assert cast_template.cast
    cast = cast_template.cast

    def come(who: str) -> Browser:
        return Browser(app.test_client()).sign_in(cast.email(who))

    leaver, admin = come("leaver"), come("admin")
    set_up(leaver)
    with app.app_context():
        begin("read")
        account_id = session().scalars(select(Account.id).where(Account.email == cast.email("leaver"))).one()
    # A new password by a link does not go around it.
    link = re.search(r"/invitation/[\w-]+", admin.post(f"/admin/accounts/{account_id}/invite"))
    assert link
    new = "nine herons wade through a shallow river"
    reset = Browser(app.test_client())
    reset.post(link[0], password=new, again=new)
    assert reset.page is not None
    assert reset.page.request.path == "/sign-in/code"

    page = admin.post(f"/admin/accounts/{account_id}/second-factor-off?lang=en")
    assert "was taken away" in page
    assert "Femke Wolderink" in Browser(app.test_client()).sign_in(cast.email("leaver"), new).get("/account")
    command(app, "jobs", "run", "--once")
    letters = [message_from_bytes(one.read_bytes()) for one in (tmp_path / "mail").glob("*.eml")]
    told = [one.get_payload(decode=True) for one in letters if one["To"] == cast.email("leaver")]
    assert sum(b"weggehaald" in bytes(one) or b"took away" in bytes(one) for one in told) == 1
    assert sum(b"aangezet" in bytes(one) or b"was switched on" in bytes(one) for one in told) == 1
    set_up(admin)
    command(app, "accounts", "second-factor-off", cast.email("admin"))
    come("admin")


def test_where_it_is_required_it_comes_before_everything_else(
    make_app: Callable[..., Flask], cast_template: Template
) -> None:
    app = make_app(cast_template, EXPERTISE_SECOND_FACTOR="required")
    assert cast_template.cast
    leaver = Browser(app.test_client()).sign_in(cast_template.cast.email("leaver"))
    for address in ("/", "/dossiers", "/account", "/account/tokens"):
        assert "asks it of everybody" in leaver.get(address, lang="en")
    # Whoever was writing as it became a rule gets the text back.
    page = leaver.post("/dossiers/new", title="Wat ik nog weet", status=409)
    assert "Wat ik nog weet" in page
    telephone, _recovery = set_up(leaver)
    assert "Femke Wolderink" in leaver.get("/account")
    leaver.post("/account/second-factor/off", status=409)
    # Whoever pressed twice saw the second answer alone: it says what to do for the codes that were not seen.
    page = leaver.post("/account/second-factor?lang=en", code=telephone.now())
    assert "Did you not see your recovery codes? Make others here." in page
    assert len(set(re.findall(r"<code>([a-z2-7 ]+)</code>", leaver.post("/account/second-factor/codes")))) == 8


def test_where_it_is_off_there_is_no_such_page(make_app: Callable[..., Flask], cast_template: Template) -> None:
    app = make_app(cast_template, EXPERTISE_SECOND_FACTOR="off")
    assert cast_template.cast
    leaver = Browser(app.test_client()).sign_in(cast_template.cast.email("leaver"))
    leaver.get("/account/second-factor", status=404)
    assert "/account/second-factor" not in leaver.get("/account")


def test_a_computer_left_open_ends_no_sessions_and_switches_nothing_off(
    app: Flask, cast: Cast, browser_of: Open
) -> None:
    phone, here = browser_of("leaver"), browser_of("leaver")
    with app.app_context():
        begin("write")
        for row in session().scalars(select(SignedIn)):
            row.proved_at = row.since - timedelta(minutes=11)
        session().commit()
    asked = "/account/sessions/end-others"
    (one,) = re.findall(r'action="(/account/sessions/\w+/end)"', here.get("/account"))
    for address in (asked, one, "/account/second-factor/begin"):
        here.post(address)
        assert here.page is not None
        assert here.page.request.path == "/account/prove", address
    assert "Femke Wolderink" in phone.get("/account")
    assert "not your present password" in here.post("/account/prove?next=/account&lang=en", password="x", status=422)
    here.post("/account/prove?next=/account", password=PASSWORD)
    assert here.page.request.path == "/account"
    here.post(asked)
    assert phone.client.get("/account").status_code == 303


def test_of_two_who_send_one_code_at_the_same_moment_to_two_processes_one_comes_in(
    app: Flask, cast: Cast, browser_of: Open
) -> None:
    telephone, _recovery = set_up(browser_of("leaver"))
    later = datetime.now(UTC) + timedelta(minutes=5)
    with time_machine.travel(later):
        both = [half_in(browser_of("nobody"), cast.email("leaver")) for _ in range(2)]
        code = telephone.now()
        fork = multiprocessing.get_context("fork")
        ready, said = fork.Barrier(2), fork.SimpleQueue()

        def send(browser: Browser) -> None:
            with app.app_context():
                engine().dispose(close=False)  # a connection belongs to one process
            token = browser.token()
            ready.wait(20)
            answer = browser.client.post("/sign-in/code", data={"code": code, "csrf_token": token})
            said.put(answer.status_code)

        processes = [fork.Process(target=send, args=(one,)) for one in both]
        for one in processes:
            one.start()
        for one in processes:
            one.join(40)
        assert sorted(said.get() for _ in both) == [303, 422]


def test_what_gives_rights_away_is_asked_for_once_more_on_a_computer_that_was_left_open(
    app: Flask, cast: Cast, browser_of: Open
) -> None:
    admin = browser_of("admin")
    leaver, gone = account_of(app, cast, "leaver"), account_of(app, cast, "stranger")
    of_leaver = f"/admin/accounts/{leaver.id}"
    asked: list[tuple[Browser, str, dict[str, str]]] = [
        (admin, of_leaver, {"role": "admin"}),
        (admin, f"{of_leaver}/invite", {}),
        (admin, f"{of_leaver}/mail-invitation", {}),
        (admin, f"{of_leaver}/second-factor-off", {}),
        (admin, f"/admin/accounts/{gone.id}/open", {}),
        (admin, "/admin/accounts/new", {"email": "new@post.example", "name": "Somebody New", "role": "admin"}),
        (browser_of("leaver"), "/account/tokens", {"name": "My program", "days": "365", "may_write": "y"}),
        (browser_of("leaver"), "/account/calendar", {}),
        (browser_of("privacy"), f"/privacy/people/{leaver.person_id}/copy", {}),
        (browser_of("privacy"), f"/privacy/people/{leaver.person_id}/erase", {"name": "Femke Wolderink"}),
    ]
    clock = time_machine.travel(datetime.now(UTC) + timedelta(minutes=11))
    with clock:
        for browser, address, fields in asked:
            browser.post(address, **fields)
            assert browser.page is not None
            assert browser.page.request.path == "/account/prove", address
        assert account_of(app, cast, "leaver").role == "staff"
        # What was chosen comes back after it; what is done then is done.
        page = admin.post(f"/account/prove?next={quote(of_leaver + '?role=hr')}", password=PASSWORD)
        assert re.search(r'<option selected value="hr"', page)
        admin.post(of_leaver, role="hr")
    assert account_of(app, cast, "leaver").role == "hr"


def account_of(app: Flask, cast: Cast, who: str) -> Account:
    with app.app_context():
        begin("read")
        found = session().scalars(select(Account).where(Account.email == cast.email(who))).one()
        session().expunge_all()
    return found


def test_a_password_that_was_hashed_more_weakly_is_hashed_anew_when_its_owner_comes(
    app: Flask, cast: Cast, browser_of: Open
) -> None:
    app.config["PASSWORD_HASHER"] = HASHER
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    with app.app_context():
        begin("write")
        session().execute(update(Account).where(Account.email == cast.email("leaver")).values(password_hash=weak))
        session().commit()
    browser_of("nobody").post("/sign-in", email=cast.email("leaver"), password="wrong", status=422)
    assert hash_of(app, cast) == weak
    assert "Femke" in browser_of("leaver").get("/")
    assert argon2.extract_parameters(hash_of(app, cast)) == argon2.extract_parameters(argon2.PasswordHasher().hash("x"))
    assert "Femke" in browser_of("leaver").get("/")


def hash_of(app: Flask, cast: Cast) -> str:
    with app.app_context():
        begin("read")
        return session().scalars(select(Account.password_hash).where(Account.email == cast.email("leaver"))).one() or ""
