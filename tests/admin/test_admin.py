"""The administrator's pages: who comes in, the roles, the settings without their secrets, and how the system stands."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

import config
from expertise.base.jobs import run_due
from tests.conftest import PASSWORD, Browser, Cast

Open = Callable[[str], Browser]
ADMIN_ONLY = ("/admin/accounts", "/admin/invitations", "/admin/roles", "/admin/settings", "/admin/system")


@pytest.mark.parametrize("who", ["leaver", "head", "privacy", "hr"])
def test_only_the_administrator_sees_accounts_settings_and_system(browser_of: Open, who: str) -> None:
    browser = browser_of(who)
    for url in ADMIN_ONLY:
        browser.get(url, status=404)


@pytest.mark.parametrize(("who", "sees"), [("leaver", False), ("privacy", False), ("hr", True), ("admin", True)])
def test_the_top_bar_has_an_entry_for_hr_and_administrators(browser_of: Open, who: str, sees: bool) -> None:
    browser = browser_of(who)
    assert ('href="/admin"' in browser.get("/posts")) is sees
    page = browser.get("/admin", status=200 if sees else 404)
    assert ("/admin/settings" in page) is (who == "admin")


def test_accounts_are_filtered_by_role_state_and_name(browser_of: Open, cast: Cast) -> None:
    admin = browser_of("admin")
    admin.post("/admin/accounts/new", email="new@expertise.example", name="Nina Nieuw", role="staff")
    assert "1 account<" in admin.get("/admin/accounts", role="hr")
    assert "Nina Nieuw" in admin.get("/admin/accounts", state="invited")
    assert "1 account<" in admin.get("/admin/accounts", state="invited")
    assert "Nina Nieuw" not in admin.get("/admin/accounts", state="open")
    assert "There is no account of this role" in admin.get("/admin/accounts", state="closed")
    assert "10 accounts" in admin.get("/admin/accounts", state="nonsense", role="king")


def test_an_invitation_is_withdrawn_and_made_again(browser_of: Open) -> None:
    admin = browser_of("admin")
    page = admin.post("/admin/accounts/new", email="new@expertise.example", name="Nina Nieuw", role="staff")
    link = re.search(r"http://[^/]+(/invitation/[\w-]+)", page)
    assert link
    listed = admin.get("/admin/invitations")
    assert "1 person has not come in yet" in listed
    (withdraw,) = re.findall(r'action="(/admin/accounts/\w+/withdraw)"', listed)
    assert "no invitation that works" in admin.post(withdraw)
    browser_of("nobody").get(link[1], status=404)
    (again,) = re.findall(r'action="(/admin/accounts/\w+/invite)"', admin.get("/admin/invitations"))
    fresh = re.search(r"http://[^/]+(/invitation/[\w-]+)", admin.post(again))
    assert fresh
    browser_of("nobody").post(fresh[1], password="a new long password", again="a new long password")
    assert "Everybody who was invited has come in" in admin.get("/admin/invitations")


def test_the_roles_say_who_has_them(browser_of: Open) -> None:
    page = browser_of("admin").get("/admin/roles")
    for name in ("Gerda Pauwvliet", "Ilse Damhuis", "Ruben Achterhof", "Marijke ter Brugghen"):
        assert name in page
    assert "Femke Wolderink" not in page


def test_every_setting_is_shown_with_where_it_comes_from_and_no_secret(
    app: Flask, browser_of: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://expertise:hunter2@db/expertise"
    given = frozenset({"EXPERTISE_DATABASE_URL"})
    settings = app.config["SETTINGS"]
    shown = replace(settings, database_url=url, mail_url="smtp://me:hunter3@mail:587", given=given)
    monkeypatch.setitem(app.config, "SETTINGS", shown)
    page = browser_of("admin").get("/admin/settings")
    for setting in config.SETTINGS:
        assert setting.variable in page
    assert "hunter" not in page
    assert settings.secret_key not in page
    assert "postgresql://expertise:***@db/expertise" in page
    assert page.count("environment<") == 1


def test_the_system_page_says_that_nobody_runs_the_jobs_and_how_they_went(app: Flask, browser_of: Open) -> None:
    admin = browser_of("admin")
    assert "Nobody runs the jobs" in admin.get("/admin/system")
    with app.app_context():
        run_due()
    page = admin.get("/admin/system")
    assert "Nobody runs the jobs" not in page
    assert "never ran" not in page


def test_no_page_has_an_id_twice(browser_of: Open) -> None:
    admin = browser_of("admin")
    for url in ("/account", "/admin/accounts", "/admin/roles", "/admin/system", "/posts/GEN-PV", "/posts/GEN-PV/merge"):
        ids = re.findall(r'\sid="([^"]+)"', admin.get(url))
        assert len(ids) == len(set(ids)), url


def test_all_other_sessions_end_and_this_one_stays(browser_of: Open, cast: Cast) -> None:
    here, phone, tablet = browser_of("leaver"), browser_of("leaver"), browser_of("leaver")
    assert "2 sessions elsewhere have ended" in here.post("/account/sessions/end-others")
    assert "Femke Wolderink" in here.get("/account")
    for lost in (phone, tablet):
        assert "Femke Wolderink" not in lost.get("/")
    assert "Femke" in phone.sign_in(cast.email("leaver"), PASSWORD).get("/")
