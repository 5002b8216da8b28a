"""The administrator's accounts, and HR's staff list."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from expertise.access.viewer import Viewer
from expertise.base.database import begin, session
from expertise.people.models import Person
from expertise.people.queries import find_account, match_person
from expertise.people.service import change_person
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]


def _account_url(app: Flask, cast: Cast, who: str) -> str:
    with app.app_context():
        account = find_account(cast.email(who))
        assert account
        return f"/admin/accounts/{account.id}"


@pytest.mark.parametrize("who", ["leaver", "head", "hr", "privacy"])
def test_only_the_administrator_sees_accounts(browser_of: Open, who: str) -> None:
    browser_of(who).get("/admin/accounts", status=404)
    browser_of(who).post("/admin/accounts/new", email="x@y.example", name="X", role="admin", status=404)


def test_the_list_filters_by_name_and_address(browser_of: Open) -> None:
    page = browser_of("admin").get("/admin/accounts", text="femke")
    assert "Femke Wolderink" in page
    assert "Noor Habbema" not in page
    assert "No account fits" in browser_of("admin").get("/admin/accounts", text="zzz")


def test_an_account_for_somebody_in_the_staff_list_needs_no_name(app: Flask, browser_of: Open, cast: Cast) -> None:
    with app.app_context():
        begin("write")
        make.person("Sem Vaartveld", email="sem@expertise.example")
        session().commit()
    admin = browser_of("admin")
    assert "Invitation for Sem Vaartveld" in admin.post(
        "/admin/accounts/new", email="SEM@expertise.example", role="head"
    )
    again = admin.post("/admin/accounts/new", email="sem@expertise.example", role="staff", status=422)
    assert "There is an account with this e-mail address" in again or "This person has an account" in again


def test_an_unknown_address_without_a_name_is_kept_and_asks_for_the_name(browser_of: Open) -> None:
    page = browser_of("admin").post("/admin/accounts/new", email="new@expertise.example", role="staff", status=422)
    assert "Fill in the name too" in page
    assert 'value="new@expertise.example"' in page


def test_a_closed_account_is_out_at_once_and_comes_back_when_opened(app: Flask, browser_of: Open, cast: Cast) -> None:
    leaver, admin, url = browser_of("leaver"), browser_of("admin"), _account_url(app, cast, "leaver")
    admin.post(f"{url}/close")
    assert "Femke Wolderink" not in leaver.get("/")
    admin.post(f"{url}/open")
    assert "Femke Wolderink" in browser_of("leaver").get("/")


def test_a_reset_takes_the_password_away_and_gives_a_link(app: Flask, browser_of: Open, cast: Cast) -> None:
    leaver, admin, url = browser_of("leaver"), browser_of("admin"), _account_url(app, cast, "leaver")
    page = admin.post(f"{url}/invite")
    assert re.search(r"/invitation/[\w-]+", page)
    assert "Femke Wolderink" not in leaver.get("/")


def test_the_administrator_locks_neither_himself_nor_the_role(app: Flask, browser_of: Open, cast: Cast) -> None:
    admin, url = browser_of("admin"), _account_url(app, cast, "admin")
    admin.post(f"{url}/close", status=409)
    assert "cannot change your own role" in admin.post(url, role="staff", status=422)


def test_a_new_role_holds_from_the_next_request(app: Flask, browser_of: Open, cast: Cast) -> None:
    colleague, url = browser_of("colleague"), _account_url(app, cast, "colleague")
    colleague.get("/people/new", status=404)
    browser_of("admin").post(url, role="hr")
    colleague.get("/people/new")


def test_hr_adds_and_changes_a_person(browser_of: Open, cast: Cast) -> None:
    hr = browser_of("hr")
    page = hr.post("/people/new", name="Aya Bensalah", email="aya@expertise.example", phone="+41 22 1")
    assert "<h1>Aya Bensalah</h1>" in page
    taken = hr.post("/people/new", name="Other", email="AYA@expertise.example", status=422)
    assert "Somebody else has this e-mail address" in taken
    wrong = hr.post(f"/people/{cast.people['leaver']}/change", name="Femke", left_on="31-02-2026", status=422)
    assert "This is not a date" in wrong
    assert "31-02-2026" in wrong


def test_others_do_not_change_people(browser_of: Open, cast: Cast) -> None:
    browser_of("stranger").post(f"/people/{cast.people['leaver']}/change", name="X", status=404)


def test_who_left_the_service_cannot_come_in(app: Flask, browser_of: Open, cast: Cast) -> None:
    leaver = browser_of("leaver")
    with app.app_context():
        begin("write")
        change_person(make.SYSTEM, session().get_one(Person, cast.people["leaver"]), left_on=date(2026, 11, 22))
        session().commit()
    assert "Femke Wolderink" not in leaver.get("/")


def test_a_typed_name_means_the_exact_one_first(as_: Callable[[str], Viewer]) -> None:
    viewer = as_("hr")
    make.person("Noor Habbema-Smit")
    assert [one.name for one in match_person(viewer, "noor habbema")] == ["Noor Habbema"]
    assert len(match_person(viewer, "habbema")) == 2
    assert match_person(viewer, "%") == []
