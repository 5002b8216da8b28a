"""My account: how it looks, my password, my sessions; and the invitation by which I first come in."""

import re
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import PASSWORD, Browser, Cast

Open = Callable[[str], Browser]


def test_the_leaver_chooses_language_colours_and_the_shortcut(browser_of: Open) -> None:
    leaver = browser_of("leaver")
    page = leaver.post("/account", language="nl", theme="dark")
    assert 'lang="nl"' in page
    assert 'data-theme="dark"' in page
    assert 'data-shortcut="off"' in page
    assert 'data-shortcut="on"' in leaver.post("/account", language="en", theme="auto", search_shortcut="y")


def test_a_language_that_is_not_offered_is_refused_at_its_field(browser_of: Open) -> None:
    page = browser_of("leaver").post("/account", language="de", theme="dark", status=422)
    assert "One thing is not right yet" in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"current": "wrong", "password": "a new long password", "again": "a new long password"}, "present password"),
        ({"current": PASSWORD, "password": "short", "again": "short"}, "at least 12"),
        ({"current": PASSWORD, "password": "a new long password", "again": "another"}, "not the same"),
        *(
            ({"current": PASSWORD, "password": easy, "again": easy}, "soon guessed")
            for easy in ("password1234", "qwertyuiop12", "Welkom012345", "Expertise2026!", "wolderinkfemke", "12" * 36)
        ),
    ],
)
def test_a_password_is_not_changed_without_the_present_one_or_a_good_new_one(
    browser_of: Open, cast: Cast, fields: dict[str, str], says: str
) -> None:
    assert says in browser_of("leaver").post("/account/password", status=422, **fields)
    assert "Femke" in browser_of("nobody").sign_in(cast.email("leaver")).get("/")


def test_a_password_that_leaked_elsewhere_is_refused_by_the_installation_s_own_list(
    app: Flask, browser_of: Open, tmp_path: Path
) -> None:
    phrases = [f"seven storks above the {place} by evening" for place in ("harbour", "market", "station", "palace")]
    listed = tmp_path / "pwned.txt"
    hashes = [sha1(one.encode(), usedforsecurity=False).hexdigest().upper() for one in phrases[:3]]
    others = [f"{number * 2**150:040X}" for number in range(1, 900)]
    lines = sorted(f"{one}:{len(one) * 7}" for one in (*hashes, *others))
    app.config["LEAKED_PASSWORDS"] = listed
    for end in ("\n", "\r\n"):
        listed.write_bytes(end.join(lines).encode())
        leaver = browser_of("leaver")
        for one in phrases[:3]:
            fields = {"current": PASSWORD, "password": one, "again": one}
            assert "leaked elsewhere" in leaver.post("/account/password", status=422, **fields)
    done = leaver.post("/account/password", current=PASSWORD, password=phrases[3], again=phrases[3])
    assert "Your password was changed" in done


def test_a_new_password_ends_the_sessions_elsewhere_and_keeps_this_one(browser_of: Open, cast: Cast) -> None:
    here, elsewhere = browser_of("leaver"), browser_of("leaver")
    new = "nine herons wade through a shallow river while nobody on the bridge looks up"
    here.post("/account/password", current=PASSWORD, password=new, again=new)
    assert "Femke Wolderink" in here.get("/account")
    assert "Femke Wolderink" not in elsewhere.get("/")
    browser_of("nobody").post("/sign-in", email=cast.email("leaver"), password=PASSWORD, status=422)


def test_the_leaver_ends_the_session_of_a_telephone_that_she_lost(browser_of: Open) -> None:
    phone, here = browser_of("leaver"), browser_of("leaver")
    page = here.get("/account")
    (ending,) = re.findall(r'action="(/account/sessions/\w+/end)"', page)
    here.post(ending)
    assert "Femke Wolderink" not in phone.get("/")
    assert "Femke Wolderink" in here.get("/account")


def test_nobody_ends_the_session_of_somebody_else(browser_of: Open) -> None:
    leaver, second, stranger = browser_of("leaver"), browser_of("leaver"), browser_of("stranger")
    (ending,) = re.findall(r'action="(/account/sessions/\w+/end)"', leaver.get("/account"))
    stranger.post(ending)
    assert "Femke Wolderink" in second.get("/account")


def test_a_newcomer_sets_the_first_password_by_the_link_once(browser_of: Open) -> None:
    page = browser_of("admin").post(
        "/admin/accounts/new", email="new@expertise.example", name="Nina Nieuw", role="staff"
    )
    link = re.search(r"http://[^/]+(/invitation/[\w-]+)", page)
    assert link
    newcomer = browser_of("nobody")
    assert "Welcome, Nina Nieuw" in newcomer.get(link[1], lang="en")
    assert "not the same" in newcomer.post(link[1], password="a new long password", again="other", status=422)
    newcomer.post(link[1], password="a new long password", again="a new long password")
    assert "Nina Nieuw" in newcomer.get("/account")
    assert "no longer works" in browser_of("nobody").get(link[1], status=404, lang="en")


def test_an_invitation_that_was_never_made_says_what_to_do(browser_of: Open) -> None:
    assert "ask your administrator" in browser_of("nobody").get("/invitation/x", status=404, lang="en")
