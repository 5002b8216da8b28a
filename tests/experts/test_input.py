"""What is typed wrong is said at the field, kept, and half of nothing is done."""

import pytest

from tests.experts.conftest import Known, Open


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("domain", {"domain": "", "level": "expert"}, "Choose a domain."),
        ("domain", {"domain": "nothing", "level": "expert"}, "Not a valid choice."),
        ("domain", {"level": "genius"}, "Not a valid choice."),
        ("domain", {"level": "expert", "from_year": "long ago"}, "Write a year as 2019."),
        ("domain", {"level": "expert", "from_year": "1066"}, "A year between 1940 and 2026."),
        ("domain", {"level": "expert", "from_year": "2019", "until_year": "2001"}, "This lies before the year"),
        ("language", {"code": "", "reading": "B1"}, "Choose one."),
        ("language", {"code": "fr"}, "Choose a level for reading"),
        ("region", {"code": "Atlantis"}, "No country is known by this name."),
        ("region", {"code": ""}, "Choose one."),
        ("training", {"title": " "}, "Fill this in."),
        ("training", {"title": "x" * 201}, "At most 200 characters."),
        ("training", {"title": "STG. GEHEIM: course"}, ""),
    ],
)
def test_what_cannot_be_is_refused_at_the_field(
    known: Known, browser_of: Open, kind: str, typed: dict[str, str], said: str
) -> None:
    browser = browser_of("leaver")
    if kind == "domain":
        typed = {"domain": known.domain} | typed
    page = browser.post(f"{known.profile('leaver')}/new/{kind}", status=422, evidence="What I typed", **typed)
    assert said in page
    assert "What I typed" in page
    assert "Nothing was saved." in page
    assert "What I typed" not in browser.get(known.profile("leaver"))


def test_the_same_in_dutch(known: Known, browser_of: Open) -> None:
    browser = browser_of("leaver")
    page = browser.post(f"{known.profile('leaver')}/new/domain?lang=nl", status=422, domain="", level="expert")
    assert "Kies een domein." in page


def test_to_declare_a_thing_twice_is_refused(known: Known, browser_of: Open) -> None:
    browser = browser_of("leaver")
    for kind, typed, said in (
        ("domain", {"domain": known.domain, "level": "expert"}, "You declared this domain already"),
        ("language", {"code": "fr", "reading": "B1"}, "You declared this already"),
    ):
        browser.post(f"{known.profile('leaver')}/new/{kind}", **typed)
        page = browser.post(f"{known.profile('leaver')}/new/{kind}", status=422, **typed)
        assert said in page


def test_to_endorse_twice_or_oneself_is_refused(known: Known, browser_of: Open) -> None:
    address = f"{known.profile('leaver')}/{known.declare('leaver')}/endorse"
    browser_of("leaver").get(address, status=404)
    colleague = browser_of("colleague")
    colleague.post(address, note="")
    assert "You endorsed this already." in colleague.post(address, status=422, note="Again")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"domain": "nothing"}, "No domain is called “nothing”."),
        ({"post": "ZZZ"}, "No post is called “ZZZ”."),
        ({"post": "PR"}, "Several posts are called so"),
        ({"region": "Atlantis"}, "No country is known by this name."),
        ({"language": "xx"}, "Not a valid choice."),
        ({"q": "x" * 2001}, "At most 2000 characters."),
    ],
)
def test_a_question_that_names_nothing_known_says_so_and_keeps_what_was_typed(
    known: Known, browser_of: Open, asked: dict[str, str], said: str
) -> None:
    page = browser_of("stranger").get("/who-knows", status=422, **({"q": "zenuwgas"} | asked))
    assert said in page


@pytest.mark.parametrize("text", ["-", '"', "OR OR", "kind:post zenuwgas", "<script>", "\x00", "ver*", "%", "a" * 1999])
def test_whatever_is_asked_is_a_question(known: Known, browser_of: Open, text: str) -> None:
    browser_of("stranger").get("/who-knows", q=text)


def test_pages_that_are_not_there_and_keys_that_are_none(known: Known, browser_of: Open) -> None:
    browser = browser_of("leaver")
    browser.get("/who-knows", q="zenuwgas", page="99")
    browser.get("/who-knows", q="zenuwgas", page="x")
    browser.get("/who-knows/coverage", domain="zzzz")
    browser.post(f"{known.profile('leaver')}/hide", status=404)
    browser.post(f"{known.profile('leaver')}/objection", status=404, scope="nonsense")
    browser.get(f"{known.profile('leaver')}/new/gossip", status=404)
