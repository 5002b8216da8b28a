"""Random interleavings of two or three windows on one text, through HTTP; checks what must hold after every step."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import delete

from expertise.base.database import begin, session
from expertise.dossiers.models import DossierRevision, EntryRevision
from expertise.drafts.models import Draft
from expertise.handovers.models import SectionRevision
from tests.conftest import Browser
from tests.drafts.conftest import field_in, ticket_in
from tests.handovers.conftest import Seat
from tests.handovers.test_story import begin_note

Open = Callable[[str], Browser]


@dataclass(frozen=True)
class Race:
    """A form that several windows have open: which field they write in, and what else it sends."""

    writers: tuple[str, ...]
    field: str
    fixed: dict[str, str]


RACES = {
    "dossier": Race(
        ("leaver", "head", "leaver"), "state_of_play", {"title": "Cluster munitions", "urgency": "2", "language": "en"}
    ),
    "entry": Race(
        ("leaver", "leaver", "leaver"),
        "body",
        {"kind": "decision", "title": "Vote", "date": "2026-11-01", "language": "en"},
    ),
    "section": Race(("leaver", "leaver", "leaver"), "text", {"stay": "1"}),
    # A section of several texts, which stand with the note itself.
    "advice": Race(
        ("leaver", "leaver", "leaver"), "advice", {"tips": "Take the ferry.", "differently": "", "stay": "1"}
    ),
}
# Section of the note by kind.
NUMBERS = {"section": 6, "advice": 10}


@dataclass
class Told:
    """What happened in all runs together."""

    runs: int = 0
    accepted: int = 0
    refused: int = 0
    autosaved: int = 0
    put_back: int = 0


@dataclass
class Window:
    """A window: what it shows, and what it had read."""

    browser: Browser
    ticket: str = ""
    version: str = ""
    text: str = ""
    sequence: int = 0
    kept: str | None = None  # the text of its last autosave, while it is open
    read: str = ""  # the saved text on top of which it writes


@dataclass
class World:
    """The record as it must be."""

    accepted: list[str] = field(default_factory=list)
    seen: int = 0  # so many of them were found in the history


def run_races(app: Flask, browser_of: Open, seat: Seat, kind: str, *, number: int, seed: int = 2026) -> Told:
    """Run `number` random races of one kind; raises AssertionError with the seed of the first that goes wrong."""
    race, told = RACES[kind], Told()
    browsers = {who: browser_of(who) for who in set(race.writers)}
    tokens = {who: one.token() for who, one in browsers.items()}
    address, record = _open_record(browsers, seat, kind)
    world = World([_saved(app, kind, record, race.field)])
    for run in range(number):
        draw = random.Random(seed * 1_000_000 + run)
        writers = race.writers[: draw.choice((2, 3))]
        windows = [Window(browsers[who]) for who in writers]
        _forget_drafts(app)
        _saves(
            race,
            Window(browsers["leaver"], version=str(len(world.accepted))),
            address,
            world,
            told,
            f"run {run}",
            tokens["leaver"],
        )
        try:
            for step in range(draw.randint(5, 9)):
                place = draw.randrange(len(windows))
                _step(app, draw, race, windows[place], address, world, told, f"{run}.{step}", tokens[writers[place]])
            _check(app, kind, record, race, world)
        except AssertionError as wrong:
            raise AssertionError(f"{kind}, seed {seed}, run {run}: {wrong}") from wrong
        told.runs += 1
    # Once more the whole of it: nothing that was found there before was changed afterwards.
    world.seen = 0
    _check(app, kind, record, race, world)
    return told


def _open_record(browsers: dict[str, Browser], seat: Seat, kind: str) -> tuple[str, str]:
    leaver = browsers["leaver"]
    if kind == "dossier":
        return f"/dossiers/{seat.second}/edit", seat.second
    if kind in NUMBERS:
        note = begin_note(leaver, seat)
        leaver.post(f"{note}/edit/{NUMBERS[kind]}", version="0", **(RACES[kind].fixed | {RACES[kind].field: "start"}))
        return f"{note}/edit/{NUMBERS[kind]}", note.split("/")[2]
    page = leaver.post(
        f"/dossiers/{seat.second}/entries/new", title="Vote", body="start", date="2026-11-01", kind="decision"
    )
    found = re.search(r'href="(/dossiers/[^"]+/entries/([^"/?]+))"[^>]*>Vote', page)
    assert found
    return f"{found[1]}/edit", found[2]


def _step(
    app: Flask,
    draw: random.Random,
    race: Race,
    window: Window,
    address: str,
    world: World,
    told: Told,
    mark: str,
    token: str,
) -> None:
    if not window.ticket:
        _opens(draw, race, window, address, world, told)
        return
    does = draw.choice(("types", "types", "saves", "saves", "dies"))
    if does == "types":
        window.text = f"{window.text} {mark}".strip()
        _types(race, window, token)
        told.autosaved += 1
    elif does == "saves":
        _saves(race, window, address, world, told, mark, token)
    else:
        # The window is killed: only what was autosaved remains, and it is looked for at the next opening.
        window.ticket = ""


def _types(race: Race, window: Window, token: str) -> None:
    """The autosave of the script."""
    window.sequence += 1
    fields = {**race.fixed, "version": window.version, race.field: window.text}
    answer = window.browser.client.post(
        "/drafts",
        json={
            "ticket": window.ticket,
            "sequence": window.sequence,
            "whole": True,
            "fields": {name: [value] for name, value in fields.items()},
        },
        headers={"X-CSRFToken": token},
    )
    if answer.status_code == 409:
        # Another window took this draft up and was saved: the script goes on under the ticket that it is given.
        assert answer.json["state"] == "closed", answer.text
        window.ticket = answer.json["ticket"]
        return _types(race, window, token)
    assert answer.status_code == 200, answer.text
    window.kept = window.text
    return None


def _opens(draw: random.Random, race: Race, window: Window, address: str, world: World, told: Told) -> None:
    page = window.browser.get(address)
    offered = field_in(page, race.field)
    if window.kept is not None:
        # What this window had kept is in the form, or is one of the others that the page lists.
        texts = [offered]
        for link in re.findall(r'href="([^"]+\?draft=[^"#]+)"', page):
            if "draft=none" not in link:
                texts.append(field_in(window.browser.get(link), race.field))
        taken_over = any(window.kept in text for text in world.accepted)
        assert window.kept in texts or taken_over, f"{window.kept!r} is not among {texts}"
        if window.kept not in texts:
            window.kept = None
        told.put_back += window.kept is not None
    if draw.random() < 0.3:
        page = window.browser.get(f"{address}?draft=none")
        assert field_in(page, race.field) == world.accepted[-1]
    elif window.kept is not None and window.kept != offered:
        return _open_own(race, window, page)
    _take(race, window, page)
    window.kept = None
    return None


def _open_own(race: Race, window: Window, page: str) -> None:
    for link in re.findall(r'href="([^"]+\?draft=[^"#]+)"', page):
        own = window.browser.get(link)
        if field_in(own, race.field) == window.kept:
            _take(race, window, own)
            window.kept = None
            return
    raise AssertionError("the draft of this window cannot be opened")


def _take(race: Race, window: Window, page: str) -> None:
    window.ticket, window.version = ticket_in(page), field_in(page, "version")
    window.text, window.sequence = field_in(page, race.field), 0


def _saves(race: Race, window: Window, address: str, world: World, told: Told, mark: str, token: str) -> None:
    window.text = f"{window.text} {mark}!".strip()
    answer = window.browser.client.post(
        address,
        data={
            "csrf_token": token,
            "draft": window.ticket,
            "version": window.version,
            race.field: window.text,
            **race.fixed,
        },
    )
    if answer.status_code == 422:
        page = answer.text
        # The loser sees both texts, keeps the ticket, and could save on top.
        shown = re.sub(r"<[^>]+>", "", page)
        assert window.text in shown, "the loser's own text is not on the page"
        assert world.accepted[-1] in shown, "the loser does not see what is saved"
        window.version = field_in(page, "version")
        assert ticket_in(page) == window.ticket
        told.refused += 1
        return
    assert answer.status_code == 303, answer.status_code
    # Accepted is only what was written on top of the newest version.
    assert int(window.version) == len(world.accepted), "a stale text was accepted"
    world.accepted.append(window.text)
    told.accepted += 1
    window.ticket, window.kept = "", None


def _forget_drafts(app: Flask) -> None:
    """Each race begins without what an earlier one left."""
    with app.app_context():
        begin("write")
        session().execute(delete(Draft))
        session().commit()


def _saved(app: Flask, kind: str, record: str, name: str) -> str:
    return _history(app, kind, record, name)[-1]


def _history(app: Flask, kind: str, record: str, name: str, seen: int = 0) -> list[str]:
    """Every text in the database but the first `seen`, the oldest first, the present one last."""
    from expertise.dossiers.models import Dossier, Entry
    from expertise.handovers.models import Handover, SectionText

    with app.app_context():
        begin("read")
        rows: list[Any]
        if kind == "dossier":
            rows = (
                session()
                .query(DossierRevision)
                .filter_by(dossier_id=record)
                .order_by(DossierRevision.version)
                .offset(seen)
                .all()
            )
            now = getattr(session().get_one(Dossier, record), name)
        elif kind == "entry":
            rows = (
                session()
                .query(EntryRevision)
                .filter_by(entry_id=record)
                .order_by(EntryRevision.version)
                .offset(seen)
                .all()
            )
            now = getattr(session().get_one(Entry, record), name)
        else:
            said = session().query(SectionRevision).filter_by(handover_id=record, number=NUMBERS[kind])
            rows = said.order_by(SectionRevision.version).offset(seen).all()
            if kind == "advice":
                now = session().get_one(Handover, record).advice
            else:
                now = session().query(SectionText).filter_by(handover_id=record, number=6).one().text
        return [*(one.content[name] or "" for one in rows), now or ""]


def _check(app: Flask, kind: str, record: str, race: Race, world: World) -> None:
    found = _history(app, kind, record, race.field, world.seen)
    assert found == world.accepted[world.seen :], "the history is not what was accepted"
    # The last is the present text, which goes to the history when another takes its place.
    world.seen = len(world.accepted) - 1
