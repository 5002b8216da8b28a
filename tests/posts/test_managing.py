"""HR keeps posts, positions and postings; a holder keeps the duties. Wrong input stays in the field."""

import re
from collections.abc import Callable

import pytest

from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]
POST = {"code": "PAR", "name_nl": "Ambassade Parijs", "name_en": "Embassy Paris", "kind": "embassy",
        "country": "Frankrijk", "city": "Parijs", "time_zone": "Europe/Paris", "parent": ""}  # fmt: skip


def field_error(page: str, field: str) -> str:
    """What stands at the field."""
    found = re.search(rf'id="{field}-error">(.*?)</p>', page, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found[1]).strip() if found else ""


def test_hr_opens_changes_closes_and_reopens_a_post(browser_of: Open) -> None:
    hr = browser_of("hr")
    page = hr.post("/posts/new", **POST)
    assert "<h1>Embassy Paris</h1>" in page
    assert "France" in page
    hr.post("/posts/PAR/change", **POST | {"name_en": "Embassy in Paris"})
    hr.post("/posts/PAR/close", on="2026-11-01")
    assert "Embassy in Paris" not in hr.get("/posts")
    assert "Embassy in Paris" in hr.get("/posts", closed=1)
    hr.post("/posts/PAR/reopen")
    assert "Embassy in Paris" in hr.get("/posts")


def test_a_post_without_a_time_zone_gets_that_of_its_country(browser_of: Open) -> None:
    page = browser_of("hr").post("/posts/new", **POST | {"time_zone": ""})
    assert "Europe/Paris" in page


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"code": "GEN-PV"}, "code", "Another post has this code"),
        ({"code": "a b"}, "code", "letters, digits"),
        ({"code": "new"}, "code", "letters, digits"),
        ({"name_nl": ""}, "name_nl", "Fill this in"),
        ({"country": "Atlantis"}, "country", "No country"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "not known"),
        ({"code": "x" * 61}, "code", "At most 60"),
    ],
)
def test_a_wrong_post_is_refused_at_its_field(browser_of: Open, wrong: dict[str, str], field: str, says: str) -> None:
    page = browser_of("hr").post("/posts/new", status=422, **POST | wrong)
    assert says in field_error(page, field)
    assert 'value="Embassy Paris"' in page


def test_a_post_with_people_is_not_closed(browser_of: Open) -> None:
    page = browser_of("hr").post("/posts/GEN-PV/close", on="2026-11-30", status=422)
    assert "End those postings first" in field_error(page, "on")


@pytest.mark.parametrize("who", ["leaver", "head", "privacy"])
def test_only_hr_and_administrators_keep_posts(browser_of: Open, cast: Cast, who: str) -> None:
    browser = browser_of(who)
    seat, posting = cast.positions["disarmament"], cast.postings["leaver"]
    for url in ("/posts/new", "/posts/GEN-PV/change", "/posts/GEN-PV/close", "/posts/GEN-PV/positions/new",
                f"/positions/{seat}/change", f"/positions/{seat}/abolish", f"/positions/{seat}/place",
                f"/postings/{posting}/change", f"/postings/{posting}/end"):  # fmt: skip
        browser.get(url, status=404)
        browser.post(url, status=404, **POST, person="Noor", ends_on="2026-12-01", on="2026-12-01")


def test_hr_makes_changes_abolishes_and_restores_a_position(browser_of: Open) -> None:
    hr = browser_of("hr")
    titles = {"title_nl": "Raad cyber", "title_en": "Counsellor Cyber", "rotates": "y"}
    assert "Fill this in" in field_error(hr.post("/posts/WEN/positions/new", title_nl="x", status=422), "title_en")
    page = hr.post("/posts/WEN/positions/new", **titles)
    (url,) = set(re.findall(r'href="(/positions/\w+)/change"', page))
    assert "Counsellor Cyber Affairs" in hr.post(f"{url}/change", **titles | {"title_en": "Counsellor Cyber Affairs"})
    assert "abolished on 1 Nov 2026" in hr.post(f"{url}/abolish", on="01-11-2026")
    assert "abolished on" not in hr.post(f"{url}/restore")


def test_a_position_with_a_holder_is_not_abolished(browser_of: Open, cast: Cast) -> None:
    url = f"/positions/{cast.positions['disarmament']}/abolish"
    assert "End that posting first" in field_error(browser_of("hr").post(url, on="2026-11-30", status=422), "on")


def test_hr_posts_somebody_by_name_and_partial_date(browser_of: Open, cast: Cast) -> None:
    url = f"/positions/{cast.positions['vienna']}/place"
    page = browser_of("hr").post(url, person="noor", starts_on="8-2027", ends_on="2031")
    assert "Aug 2027 – 2031" in page


def test_where_several_fit_the_form_offers_a_choice(browser_of: Open, cast: Cast) -> None:
    hr, url = browser_of("hr"), f"/positions/{cast.positions['vienna']}/place"
    page = hr.post(url, person="e", starts_on="2027-09-01", status=422)
    assert "More than one person fits" in page
    assert 'value="2027-09-01"' in page
    chosen = cast.people["colleague"]
    assert f'value="{chosen}"' in page
    assert "Noor Habbema" in hr.post(url, person="e", person_id=chosen, starts_on="2027-09-01")


def test_a_choice_that_the_name_does_not_fit_is_not_taken(browser_of: Open, cast: Cast) -> None:
    hr, url = browser_of("hr"), f"/positions/{cast.positions['vienna']}/place"
    page = hr.post(url, person="Marijke", person_id=cast.people["colleague"], starts_on="2027-09-01")
    assert "Marijke ter Brugghen" in page


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"person": "nobody at all"}, "person", "Nobody in the staff list"),
        ({"person": ""}, "person", "Fill this in"),
        ({"starts_on": "31-02-2027"}, "starts_on", "This is not a date"),
        ({"starts_on": "soon"}, "starts_on", "This is not a date"),
        ({"starts_on": "2027-01-01", "ends_on": "2026"}, "ends_on", "before the start"),
    ],
)
def test_a_wrong_posting_is_refused_at_its_field_and_kept(
    browser_of: Open, cast: Cast, wrong: dict[str, str], field: str, says: str
) -> None:
    given = {"person": "Noor Habbema", "starts_on": "2027-09-01"} | wrong
    page = browser_of("hr").post(f"/positions/{cast.positions['vienna']}/place", status=422, **given)
    assert says in field_error(page, field)
    assert f'value="{given["starts_on"]}"' in page


def test_the_same_posting_twice_is_refused(browser_of: Open, cast: Cast) -> None:
    url = f"/positions/{cast.positions['disarmament']}/place"
    page = browser_of("hr").post(url, person="Femke Wolderink", starts_on="2023-08-01", status=422)
    assert "already" in field_error(page, "starts_on")


def test_hr_changes_and_ends_a_posting(browser_of: Open, cast: Cast) -> None:
    hr, url = browser_of("hr"), f"/postings/{cast.postings['stranger']}"
    assert 'value="30-06-2029"' in hr.get(f"{url}/change")
    assert "1 Jul 2025 – Mar 2027" in hr.post(f"{url}/end", ends_on="3-2027")
    assert 'value="03-2027"' in hr.get(f"{url}/end")
    assert "before the start" in field_error(hr.post(f"{url}/end", ends_on="2020", status=422), "ends_on")


def test_a_rotation_gives_and_takes_the_duties(browser_of: Open, cast: Cast) -> None:
    seat = cast.positions["disarmament"]
    leaver, stranger = browser_of("leaver"), browser_of("stranger")
    assert "Fill this in" in field_error(leaver.post(f"/positions/{seat}/duties/new", status=422), "name")
    page = leaver.post(f"/positions/{seat}/duties/new", name="EU coordination", when_where="Tuesday")
    assert "EU coordination" in page
    (duty,) = set(re.findall(r'href="(/duties/\w+)/change"', page))
    stranger.get(f"/positions/{seat}/duties/new", status=404)
    stranger.post(f"{duty}/change", name="Mine", status=404)
    stranger.post(f"{duty}/drop", status=404)
    assert "EU coordination on Tuesdays" in leaver.post(f"{duty}/change", name="EU coordination on Tuesdays")
    assert "EU coordination" not in leaver.post(f"{duty}/drop").split("Rhythm")[1]
