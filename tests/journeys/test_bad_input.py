"""What a form cannot take: a clear word in the page's language, what was typed is still there, and never a 500."""

import html
import json
import re
from collections.abc import Callable

import pytest
from flask import Flask

from expertise.base.database import begin, session
from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat, fill_seat

Open = Callable[[str], Browser]
LANGUAGES = pytest.mark.parametrize("language", ["nl", "en"])
MEGABYTE = "De onderhandelingen over de slotverklaring duren voort. " * 19_000
WORDS = {
    "nl": {
        "date": "Dit is geen datum.",
        "long": "Hoogstens 300 tekens.",
        "large": "er past hoogstens",
        "choice": "Dit is geen geldige keuze.",
        "nothing": "Er is niets opgeslagen.",
        "form": "Het formulier stond te lang open",
        "out": "Je bent afgemeld",
        "cut": "De zoekvraag was te lang",
    },
    "en": {
        "date": "This is not a date.",
        "long": "At most 300 characters.",
        "large": "kB fits",
        "choice": "Not a valid choice.",
        "nothing": "Nothing was saved.",
        "form": "The form was open for too long",
        "out": "You are signed out",
        "cut": "The question was too long",
    },
}


@pytest.fixture
def seat(app: Flask, cast: Cast) -> Seat:
    """What the leaver keeps."""
    with app.app_context():
        begin("write")
        made = fill_seat(cast)
        session().commit()
    return made


@pytest.fixture
def leaver(browser_of: Open) -> Callable[[str], Browser]:
    """`leaver("nl")`: she reads the pages in that language."""

    def in_language(language: str) -> Browser:
        browser = browser_of("leaver")
        browser.get("/", lang=language)
        return browser

    return in_language


def holds(page: str, *texts: str) -> None:
    """The page holds all of this."""
    readable = html.unescape(page)
    for text in texts:
        assert text in readable, (text[:80], re.sub(r"\s+", " ", readable)[:2500])


def note_of(browser: Browser, seat: Seat) -> str:
    """The address of her note."""
    browser.post(f"/postings/{seat.posting}/handover")
    assert browser.page
    found = re.match(r"/handovers/\w+", browser.page.request.path)
    assert found
    return found[0]


@LANGUAGES
def test_a_megabyte_is_refused_or_taken_and_kept_whole(
    leaver: Callable[[str], Browser], seat: Seat, language: str
) -> None:
    browser, words = leaver(language), WORDS[language]
    assert len(MEGABYTE.encode()) > 1024 * 1024
    new = f"/dossiers/{seat.urgent}/entries/new"
    holds(
        browser.post(new, title="All", body=MEGABYTE, date="2026-11-23", status=422),
        words["large"],
        words["nothing"],
        MEGABYTE.strip(),
    )
    section = f"{note_of(browser, seat)}/edit/9"
    page = browser.post(section, text=MEGABYTE, version="0", status=422)
    holds(page, words["large"], words["nothing"], MEGABYTE.strip())
    # Just below the limit it is taken, shown and found again without harm.
    fits = MEGABYTE[: 1000 * 1024].strip()
    browser.post(section, text=fits, version="0")
    holds(browser.get(section), fits)


@LANGUAGES
def test_a_wrong_date_says_how_to_write_one(leaver: Callable[[str], Browser], seat: Seat, language: str) -> None:
    browser, words = leaver(language), WORDS[language]
    for wrong in ("31-31-2026", "morgen", "2026-02-30", "00-00-0000", "9999999-01-01", "٣-١-٢٠٢٧x"):
        page = browser.post(f"/dossiers/{seat.urgent}/entries/new", title="Kept", date=wrong, status=422)
        holds(page, words["date"], f'value="{wrong}"', 'value="Kept"')
    page = browser.post(
        f"{note_of(browser, seat)}/edit/1", text_1="Call Ilse", on_1="31-31-2026", version="0", status=422
    )
    holds(page, words["date"], 'value="31-31-2026"', "Call Ilse")


@LANGUAGES
def test_a_text_that_is_too_long_for_its_field_is_kept(
    leaver: Callable[[str], Browser], seat: Seat, language: str
) -> None:
    browser, words, title = leaver(language), WORDS[language], "Verantwoordelijkheid " * 20
    page = browser.post(
        f"/dossiers/{seat.urgent}/entries/new", title=title, body="And a *text*", date="2026-11-23", status=422
    )
    holds(page, words["long"], words["nothing"], title.strip(), "And a *text*")
    page = browser.post(f"/dossiers/{seat.urgent}/edit", title=title, version="1", status=422)
    holds(page, words["long"], title.strip())


@LANGUAGES
def test_a_choice_that_is_none_is_refused(leaver: Callable[[str], Browser], seat: Seat, language: str) -> None:
    browser, words = leaver(language), WORDS[language]
    page = browser.post(
        f"/dossiers/{seat.urgent}/entries/new", title="Kept", kind="rumour", date="2026-11-23", status=422
    )
    holds(page, words["choice"], 'value="Kept"')
    note = note_of(browser, seat)
    for number, fields in (
        (0, {"acting": "nobody", "language": "xx", "marking": "zz"}),
        (1, {"situation": "nonsense", "text_1": "Call Ilse"}),
        (3, {f"taker_{seat.promise}": "nobody"}),
        (4, {f"plan_{seat.near}": "nonsense"}),
        (f"2/{seat.urgent}", {"urgency": "9", "confidence": "nonsense", "dossier_version": "1"}),
    ):
        page = browser.post(f"{note}/edit/{number}", version="0", status=422, **fields)
        assert 'class="errors"' in page, number
    # What hidden fields say is not believed either.
    for version in ("", "x", "-1", "9" * 30):
        browser.client.post(f"{note}/edit/9", data={"text": "T", "version": version, "csrf_token": browser.token()})
        assert browser.client.get(f"{note}/edit/9").status_code == 200


@LANGUAGES
@pytest.mark.parametrize(
    "query",
    [
        "((((([[[]]]",
        '"""',
        "\"a b' OR 1=1 --",
        "*",
        "?* AND",
        "-",
        "post:",
        "van:[a TO",
        "na:gisteren",
        "OR OR OR",
        "\\",
        "\x00",
        "%",
        "{{7*7}}",
        "<script>alert(1)</script>",
        "𝒪𝓃𝒹𝑒𝓇",
        "a" * 5000,
        "wapens " * 900,
        "~9 ^8 NEAR/3",
    ],
    ids=lambda query: repr(query)[:20],
)
def test_a_query_of_brackets_and_quotes_is_a_query(
    leaver: Callable[[str], Browser], seat: Seat, language: str, query: str
) -> None:
    browser, words = leaver(language), WORDS[language]
    page = browser.get("/search", q=query)
    assert "<script>alert" not in page
    if len(query) > 400:
        holds(page, words["cut"])
    elif query.strip("\x00"):
        # The box still holds what was asked, so that it can be put right.
        box = re.search(r'<input id="find".*?value="([^"]*)"', page, re.DOTALL)
        assert box
        assert html.unescape(box[1]) == query
    json.loads(browser.get("/search.json", q=query))
    for address in ("/dossiers", "/contacts", "/people", "/posts"):
        browser.get(address, text=query, q=query)


@LANGUAGES
def test_a_filter_that_makes_no_sense_is_no_mistake_of_ours(
    leaver: Callable[[str], Browser], seat: Seat, language: str
) -> None:
    browser = leaver(language)
    for query in (
        "page=x",
        "page=-1",
        "page=99999999999999999999",
        "kind=%00",
        "sort=x",
        "post=(",
        "year=x",
        "domain=%27",
    ):
        browser.get(f"/search?q=wapens&{query}")


@LANGUAGES
def test_a_form_without_its_token_gives_the_text_back(
    leaver: Callable[[str], Browser], seat: Seat, language: str
) -> None:
    browser, words = leaver(language), WORDS[language]
    note = note_of(browser, seat)
    for token in ("", "wrong"):
        page = browser.post(f"{note}/edit/9", text="What only *I* know.", version="0", csrf_token=token, status=400)
        holds(page, words["form"], words["nothing"], "What only *I* know.</textarea>", f'lang="{language}"')
    assert "What only *I* know." not in browser.get(f"{note}/edit/9")


@LANGUAGES
def test_who_was_signed_out_while_writing_gets_the_text_back(
    leaver: Callable[[str], Browser], seat: Seat, language: str
) -> None:
    browser, words = leaver(language), WORDS[language]
    note, token = note_of(browser, seat), browser.token()
    browser.post("/sign-out")
    page = browser.post(
        f"{note}/edit/9?lang={language}", text="What only *I* know.", version="0", csrf_token=token, status=401
    )
    holds(page, words["out"], words["nothing"], "What only *I* know.</textarea>", f'lang="{language}"')
    # Who typed nothing comes in where everybody does, and no secret is ever shown.
    assert browser.client.post(f"{note}/sign", data={"csrf_token": token}).status_code == 303
    secret = browser.client.post("/account/password", data={"password": "correct horse battery", "csrf_token": token})
    assert "correct horse" not in secret.text
