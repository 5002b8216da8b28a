"""What the product is for, from the first sentence to the receipt: she leaves, he finds, reads back and receives."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Page

from expertise.base.database import begin, session
from expertise.people.models import Person
from expertise.posts.models import Position
from tests import make
from tests.journeys.conftest import Visitor, eventually
from tests.make import Cast

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-story")]
Visit = Callable[..., Visitor]
TOKEN = re.compile(r'(?<=")[\w-]+\.[\w-]{6}\.[\w-]{27,43}(?=")|(?<="once" value=")\w+')
LATER = "2027-01-11T09:00:00+01:00"
WORDS = {
    "nl": {
        "own": "Overdracht aan Daan Esselbrug",
        "write": "Verder schrijven",
        "missing": "punten ontbreken",
        "complete": "Alles wat nodig is, staat er",
        "sign": "Tekenen",
        "signed": "Je hebt deze overdracht getekend",
        "freeze": "Bevriezen",
        "frozen": "Bevroren",
        "receive": "Deze overdracht ontvangen",
        "first_read": "Lees eerst elk dossier met urgentie 1 terug",
        "send": "Stuur ter bevestiging",
        "waits": "bij Femke",
        "confirm": "Bevestigen",
        "confirmed": "1 bevestigd",
        "received": "Ontvangen door Daan Esselbrug",
        "nothing": "Niets gevonden",
        "urgent": "Autonome wapensystemen",
        "second": "Clustermunitie",
        "restricted": "Toerekening van een aanval",
        "hidden": "De vertrouwelijke getuigenverklaringen over de kwikzilverroute.",
        "hidden_word": "kwikzilverroute",
        "promise": "Werkdocument in het Frans",
        "then": "Als de onderhandelingen op een stemming uitlopen, bel dan eerst Den Haag.",
        "asked": "onderhandeling",
        "marked": "onderhandelingen",
        "read_back": "We houden vast aan menselijke controle; ik bel eerst Den Haag.",
    },
    "en": {
        "own": "Handover to Daan Esselbrug",
        "write": "Go on writing",
        "missing": "points are missing",
        "complete": "All that is required is there",
        "sign": "Sign",
        "signed": "You signed this handover",
        "freeze": "Freeze",
        "frozen": "Frozen",
        "receive": "Receive this handover",
        "first_read": "First read back every dossier of urgency 1",
        "send": "Send for confirmation",
        "waits": "with Femke",
        "confirm": "Confirm",
        "confirmed": "1 confirmed",
        "received": "Received by Daan Esselbrug",
        "nothing": "Nothing found",
        "urgent": "Autonomous weapons",
        "second": "Cluster munitions",
        "restricted": "Attribution of an attack",
        "hidden": "The confidential witness statements about the quicksilver route.",
        "hidden_word": "quicksilver",
        "promise": "Working paper in French",
        "then": "If the negotiations end in a vote, then call The Hague first.",
        "asked": "negotiated",
        "marked": "negotiations",
        "read_back": "We hold on to human control; I call The Hague first.",
    },
}


@dataclass(frozen=True)
class Kept:
    """Ids of what the disarmament seat keeps."""

    urgent: str
    second: str
    promise: str
    near: str


def keep(cast: Cast, words: dict[str, str], language: str) -> Kept:
    """Three weeks before she leaves: two open dossiers, a promise and somebody whom he must meet."""
    seat = session().get_one(Position, cast.positions["disarmament"])
    leaver = session().get_one(Person, cast.people["leaver"])
    since: dict[str, Any] = {"kept_by": seat, "from_on": date(2020, 1, 1), "language": language}
    urgent = make.dossier(words["urgent"], urgency=1, **since)
    second = make.dossier(words["second"], **since)
    promise = make.entry(
        urgent,
        words["promise"],
        by=leaver,
        kind="commitment",
        to_whom="A. Marquandt",
        due_on=date(2027, 1, 22),
        date=date(2026, 10, 1),
        language=language,
    )
    near = make.contact("Ilse Marquandt", kept_by=seat, tier=1, since=date(2022, 3, 1))
    make.duty(seat, "Coordination", when_where="Thursday 08:30")
    return Kept(urgent.id, second.id, promise.id, near.id)


def keep_quietly(cast: Cast, words: dict[str, str], language: str) -> str:
    """The dossier of the same seat that nobody else may even suspect."""
    seat = session().get_one(Position, cast.positions["disarmament"])
    made = make.dossier(
        words["restricted"],
        kept_by=seat,
        reach="restricted",
        language=language,
        state_of_play=words["hidden"],
        next_step="–",
    )
    make.entry(made, words["hidden_word"], body=words["hidden"], language=language, date=date(2026, 11, 1))
    return made.id


@pytest.fixture
def commit(app: Flask) -> Callable[[Callable[[], Any]], Any]:
    """`commit(lambda: ...)` does something in the database, and search has heard of it."""

    def done(what: Callable[[], Any]) -> Any:
        with app.app_context(), app.test_request_context():
            begin("write")
            result = what()
            session().commit()
            app.extensions["door"].after_commit()
            return result

    return done


def confirm_dialogs(page: Page) -> None:
    """Say yes to what asks once before something cannot be undone."""
    page.on("dialog", lambda dialog: dialog.accept())


def write_section(visitor: Visitor, address: str, **fields: str) -> None:
    """One section, as she does it: open, fill in, save; nothing may be refused."""
    if not visitor.page.url.endswith(address):
        visitor.open(address)
    visitor.fill(**fields)
    visitor.page.locator("main button[name=next]").click()
    assert not visitor.page.locator(".errors").count(), visitor.page.locator(".errors").inner_text()


def write_all(leaver: Visitor, note: str, cast: Cast, kept: Kept, restricted: str, words: dict[str, str]) -> None:
    """Section by section, all that is missing."""
    colleague = cast.people["colleague"]
    write_section(leaver, f"{note}/edit/0", acting=colleague, reachable_until="2027-06-05", reachable_how="mail")
    write_section(leaver, f"{note}/edit/1", situation="busy", text_1="Ilse Marquandt", on_1="2027-01-13")
    write_section(
        leaver,
        f"{note}/edit/2/{kept.urgent}",
        line_to_take="Human control.",
        line_valid_until="2027-01-15",
        state_of_play="Rolling text.",
        next_step="EU",
        next_step_on="2026-12-01",
        contingency=words["then"],
        confidence="think",
    )
    write_section(leaver, f"{note}/edit/2/{kept.second}", state_of_play="–", next_step="–")
    write_section(leaver, f"{note}/edit/2/{restricted}", tried_failed="–")
    write_section(leaver, f"{note}/edit/3", **{f"taker_{kept.promise}": colleague})
    write_section(leaver, f"{note}/edit/4", **{f"plan_{kept.near}": "in_person", f"on_{kept.near}": "2027-01-14"})
    write_section(leaver, f"{note}/edit/9", none="y")
    write_section(leaver, f"{note}/edit/10", advice="–")
    write_section(leaver, f"{note}/edit/11", none="y")


def reads_on_a_phone_without_a_line(page: Page, address: str, words: dict[str, str]) -> None:
    """The one file fits a phone, and what is found in it leads to the very paragraph, which nothing covers."""
    phone = page.context.new_page()
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.set_content(page.context.request.get(address).text())
    assert phone.evaluate("document.documentElement.scrollWidth") == 320
    phone.locator("#q").fill(words["then"].split()[3])
    hit = phone.locator("#hits li", has_text=words["urgent"])
    assert hit.locator("mark").inner_text().casefold() == words["then"].split()[3].casefold()
    hit.locator("a").click()
    shown = phone.locator(".hit")
    assert words["then"] in shown.inner_text()
    assert phone.locator("#hits li").count() == 0
    box, bar = shown.bounding_box(), phone.locator("#find").bounding_box()
    assert box
    assert bar
    assert bar["y"] + bar["height"] <= box["y"] < 640
    phone.close()


def finds(visitor: Visitor, query: str, what: str) -> bool:
    """Whether the search box leads to it, with the word marked."""
    visitor.search(query)
    hit = visitor.page.locator("ol.hits li", has=visitor.page.locator(f'h2 a[href*="{what}"]'))
    return bool(hit.count())


@pytest.mark.parametrize(
    ("language", "scripts"),
    [
        pytest.param("nl", False, id="nl-no-scripts"),
        pytest.param("en", True, id="en-scripts"),
        pytest.param("nl", True, id="nl-scripts", marks=pytest.mark.drill),
        pytest.param("en", False, id="en-no-scripts", marks=pytest.mark.drill),
    ],
)
def test_she_leaves_and_he_takes_over(
    visit: Visit, cast: Cast, commit: Callable[..., Any], language: str, scripts: bool
) -> None:
    words = WORDS[language]
    kept: Kept = commit(lambda: keep(cast, words, language))
    restricted: str = commit(lambda: keep_quietly(cast, words, language))

    # From the desk into the note, and back to it whatever happens.
    leaver = visit("leaver", language=language, scripts=scripts)
    confirm_dialogs(leaver.page)
    leaver.says(words["write"])
    leaver.follow(words["write"])
    if not leaver.page.url.endswith("/edit"):
        leaver.page.locator("main .actions .main").first.click()
    note = re.sub(r".*(/handovers/\w{12})/edit.*", r"\1", leaver.page.url)
    leaver.says(words["own"], words["missing"])
    write_all(leaver, note, cast, kept, restricted, words)
    leaver.open(f"{note}/edit")
    leaver.says(words["complete"])
    leaver.open(f"{note}/sign")
    leaver.press(words["sign"], exact=True)
    leaver.says(words["signed"])
    leaver.follow(words["freeze"])
    leaver.press(words["freeze"], exact=True)
    leaver.says(words["frozen"], words["then"])

    if scripts:
        reads_on_a_phone_without_a_line(leaver.page, leaver.address + note + "/file/html", words)

    # He comes five weeks after she left.
    with time_machine.travel(LATER):
        successor = visit("successor", language=language, scripts=scripts)
        successor.says("Femke Wolderink")
        assert eventually(lambda: finds(successor, words["asked"], note))
        hit = successor.page.locator("ol.hits li", has=successor.page.locator(f'h2 a[href*="{note}"]')).first
        assert words["marked"] in hit.locator("mark").all_inner_texts()
        hit.locator("h2 a").click()
        successor.says(words["then"], words["first_read"], words["restricted"])
        box = successor.page.locator(f"#d-{kept.urgent} .task")
        box.locator("textarea").fill(words["read_back"])
        box.get_by_role("button", name=words["send"]).click()
        successor.says(words["waits"])

        leaver = visit("leaver", language=language, scripts=scripts)
        leaver.says(words["read_back"])
        leaver.page.locator("main td.do a, main .do a").first.click()
        leaver.says(words["read_back"])
        leaver.press(words["confirm"], exact=True)
        leaver.says(words["confirmed"])

        successor.open(note)
        successor.press(words["receive"])
        successor.says(words["received"])

        # The note, and in it the dossier that was restricted, is no business of a stranger.
        stranger = visit("stranger", language=language, scripts=scripts)
        assert not finds(stranger, words["asked"], note)
        assert stranger.page.goto(stranger.address + note).status == 404  # type: ignore[union-attr]


@pytest.fixture
def watching(visit: Visit, cast: Cast, app: Flask) -> Callable[[str], dict[str, str]]:
    """`watching("nl")`: all that a stranger can see of the seat, its post, its dossiers and the index."""
    strangers: dict[str, Visitor] = {}

    def look(language: str) -> dict[str, str]:
        words = WORDS[language]
        stranger = strangers.setdefault(language, visit("stranger", language=language))
        word = words["hidden_word"]
        seat = cast.positions["disarmament"]
        addresses = [
            "/",
            "/dossiers?whose=all",
            f"/dossiers?whose=all&text={word}",
            "/posts",
            "/posts/GEN-PV",
            f"/positions/{seat}",
            f"/people/{cast.people['leaver']}",
            "/domains",
            "/contacts",
            # The word itself, with a mistake in it (a suggestion would betray it), its beginning, and a word that
            # open dossiers have too, whose counts would betray it.
            f"/search?q={word}",
            f"/search?q={word[:-2]}x{word[-1]}",
            f"/search?q={word[:6]}*",
            f"/search?q={words['urgent']}",
            f"/search?q={words['restricted']}",
            "/search?q=&kind=dossier",
            "/search?q=&kind=entry",
            f"/search.json?q={word}",
        ]
        seen = {}
        for address in addresses:
            stranger.open(address)
            seen[address] = stranger.page.locator("body").inner_text()
        return seen

    return look


@pytest.mark.parametrize("language", ["nl", pytest.param("en", marks=pytest.mark.drill)])
def test_a_stranger_sees_neither_a_restricted_dossier_nor_its_shadow(
    visit: Visit, cast: Cast, commit: Callable[..., Any], watching: Callable[[str], dict[str, str]], language: str
) -> None:
    words = WORDS[language]
    commit(lambda: keep(cast, words, language))
    before = watching(language)
    restricted: str = commit(lambda: keep_quietly(cast, words, language))
    # Who keeps it does find it: else the next lines would prove nothing.
    leaver = visit("leaver", language=language)
    assert eventually(lambda: finds(leaver, words["hidden_word"], restricted))
    after = watching(language)
    for address, seen in before.items():
        assert without_time(after[address]) == without_time(seen), address

    stranger = visit("stranger", language=language)
    missing = "x" * len(restricted)
    for path in ("", "/edit", "/keeping", "/revisions", "/entries/new"):
        answers = []
        for one in (restricted, missing):
            answer = stranger.page.goto(f"{stranger.address}/dossiers/{one}{path}")
            assert answer
            # A token of a form is stamped with the second in which the page was made: it tells nothing of the record.
            answers.append((answer.status, TOKEN.sub("", answer.text().replace(one, ""))))
        assert answers[0] == answers[1], path
        assert answers[0][0] == 404


def without_time(text: str) -> str:
    """An answer of search without how long it took."""
    if not text.startswith("{"):
        return text
    answer = json.loads(text)
    return json.dumps({name: value for name, value in answer.items() if name not in ("took_ms",)})
