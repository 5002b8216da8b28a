"""Dossiers, entries and contacts of the demo, as events in the order of time.

A note that was frozen in 2019 must hold what was known in 2019. So nothing is loaded at once: each thing that happened
is an event with its day, and the loader lets them happen one after the other, the freezing of notes among them.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from expertise.access.viewer import system
from expertise.contacts import interaction_service as interactions
from expertise.contacts import service as contacts
from expertise.contacts.models import Contact
from expertise.demo.reading import SMALL, Event, Ministry, acting_for, document, tables
from expertise.dossiers import entry_service as entries
from expertise.dossiers import service as dossiers
from expertise.dossiers.models import Dossier, Entry
from expertise.people.models import Person
from expertise.posts.models import Post

SYSTEM = system()
# What a dossier is from the start, and what it says today.
FROM_THE_START = ("summary", "objectives", "urgency", "language", "marking")
CONTACT_TEXTS = ("kind", "name", "role", "email", "phone", "country", "notes")
RETAINED_UNTIL = date(2029, 12, 31)
QUIET_TIER = 3
PRESENT_TEXTS = date(2026, 6, 1)
TODAY = ("state_of_play", "line_to_take", "line_valid_until", "line_cleared_by", "next_step", "next_step_on")


def events(ministry: Ministry) -> Iterator[Event]:
    """Everything that search should find."""
    linked: dict[str, list[str]] = {}
    for number, row in enumerate(tables("contact")):
        for key in row.pop("dossiers", []):
            linked.setdefault(key, []).append(row["key"])
        yield from _contact_events(ministry, row)
        if row["relations"] and min(one["tier"] for one in row["relations"]) < QUIET_TIER:
            # The last meetings lie scattered over the past months; a few relations have gone quiet.
            last = date(2026, 11, 20) - timedelta(days=(number * 37) % 400)
            yield Event(last, partial(_meet, ministry, row, last))
            yield from _more_events(ministry, row, number, last)
    for path in sorted((SMALL / "dossiers").glob("*.toml")):
        row = document(path)
        yield from _dossier_events(ministry, row, linked.get(row["key"], []))


def _more_events(ministry: Ministry, row: dict[str, Any], number: int, last: date) -> Iterator[Event]:
    """Earlier meetings, so that one contact knows several of us; and what some of us plan or still have to do."""
    if number % 3 == 0:
        for years in (1, 3, 5):
            earlier = last - timedelta(days=365 * years)
            if earlier > min(one.get("since", last) for one in row["relations"]):
                yield Event(earlier, partial(_meet, ministry, row, earlier))
    if number % 11 == 0:
        yield Event(date(2026, 11, 20), partial(_meet, ministry, row, date(2026, 12, 3 + number % 7)))


def _contact_events(ministry: Ministry, row: dict[str, Any]) -> Iterator[Event]:
    keepings = row["relations"] = row.pop("keeping", [])
    # An organisation is there before the people who work for it.
    first = min((one["since"] for one in keepings if "since" in one), default=date(2012, 1, 9))
    begins = date(2010, 2, 1) if row["kind"] == "organisation" else first
    yield Event(begins, partial(_add_contact, ministry, row))
    for one in keepings:
        yield Event(max(begins, one.get("since", first)), partial(_keep, ministry, row["key"], one))


def _add_contact(ministry: Ministry, row: dict[str, Any]) -> None:
    texts = {name: row[name] for name in CONTACT_TEXTS if name in row}
    organisation: Contact | None = ministry.contacts[row["organisation"]] if "organisation" in row else None
    ministry.contacts[row["key"]] = contacts.add_contact(
        SYSTEM,
        organisation=organisation,
        languages=", ".join(row.get("languages", [])),
        lawful_basis="public_task",
        retain_until=RETAINED_UNTIL,
        **texts,
    )


def _meet(ministry: Ministry, row: dict[str, Any], day: date) -> None:
    contact, position = ministry.contacts[row["key"]], ministry.positions[row["relations"][0]["position"]]
    holder = next((one.person for one in position.postings if one.holds_on(day)), None)
    # What was said is nobody's to invent; the kind of meeting follows from the day.
    kind = interactions.MEETING_KINDS[day.toordinal() % 5]
    interactions.note_interaction(acting_for(holder), contact, on=day, kind=kind, position=position, person=holder)


def _keep(ministry: Ministry, key: str, row: dict[str, Any]) -> None:
    texts = {name: value for name, value in row.items() if name != "position"}
    contacts.keep(SYSTEM, ministry.contacts[key], ministry.positions[row["position"]], **texts)


def _dossier_events(ministry: Ministry, row: dict[str, Any], linked: list[str]) -> Iterator[Event]:
    stewards = sorted(row["steward"], key=lambda one: one["from"])
    opened = max(row["opened_on"], stewards[0]["from"])
    yield Event(opened, partial(_open, ministry, row, stewards[0], opened))
    for one in stewards[1:]:
        yield Event(max(one["from"], opened), partial(_give, ministry, row["key"], one))
    for one in stewards:
        if "to" in one:
            yield Event(one["to"], partial(_take, ministry, row["key"], one))
    for one in row.get("entry", []):
        yield from _entry_events(ministry, row["key"], one)
    latest = max((one["date"] for one in row.get("entry", [])), default=opened)
    # Its present text was there when somebody said that it is true, and mostly before the last note on it.
    written = min(row.get("verified_on", latest), max(opened, PRESENT_TEXTS))
    yield Event(written, partial(_bring_up_to_date, ministry, row, linked, written), late=True)
    if "verified_on" in row:
        yield Event(row["verified_on"], partial(_verify, ministry, row), late=True)
    if row.get("status") == "archived":
        yield Event(max(latest, written), partial(_archive, ministry, row["key"]), late=True)


def _open(ministry: Ministry, row: dict[str, Any], steward: dict[str, Any], opened: date) -> None:
    ministry.dossiers[row["key"]] = dossiers.open_dossier(
        acting_for(_keeper(ministry, row, opened)),
        title=row["title"],
        position=ministry.positions[steward["position"]],
        from_on=steward["from"],
        reach=row.get("reach", "open"),
        posts=[ministry.posts[code] for code in row.get("posts", [])],
        domains=[ministry.domains[code] for code in row.get("domains", [])],
        **{name: row[name] for name in FROM_THE_START if name in row},
    )


def _give(ministry: Ministry, key: str, steward: dict[str, Any]) -> None:
    position = ministry.positions[steward["position"]]
    dossiers.give_to_keep(SYSTEM, ministry.dossiers[key], position, from_on=steward["from"])


def _take(ministry: Ministry, key: str, steward: dict[str, Any]) -> None:
    dossier, position = ministry.dossiers[key], ministry.positions[steward["position"]]
    kept = next(one for one in dossier.present_stewardships if one.position_id == position.id)
    dossiers.take_from(SYSTEM, kept, to_on=steward["to"])


def _bring_up_to_date(ministry: Ministry, row: dict[str, Any], linked: list[str], day: date) -> None:
    dossier = ministry.dossiers[row["key"]]
    texts = {name: row[name] for name in (*TODAY, "next_step_by") if name in row}
    dossiers.change_dossier(acting_for(_keeper(ministry, row, day)), dossier, **texts)
    dossiers.file_under(SYSTEM, dossier, contacts=[ministry.contacts[key] for key in linked])
    for shared in row.get("shared_with", []):
        word, _, key = shared.partition(":")
        if word == "position":
            dossiers.share_with(SYSTEM, dossier, position=ministry.positions[key])
        else:
            dossiers.share_with(SYSTEM, dossier, post=ministry.posts[key])


def _verify(ministry: Ministry, row: dict[str, Any]) -> None:
    position = ministry.positions[row["verified_by"]]
    holder = next((one for one in position.postings if one.holds_on(row["verified_on"])), None)
    dossiers.verify(acting_for(holder.person if holder else None), ministry.dossiers[row["key"]], position=position)


def _archive(ministry: Ministry, key: str) -> None:
    dossiers.archive(SYSTEM, ministry.dossiers[key])


def _keeper(ministry: Ministry, row: dict[str, Any], day: date) -> Person | None:
    """Who held a position that keeps the dossier that day."""
    for steward in row["steward"]:
        for posting in ministry.positions[steward["position"]].postings:
            if posting.holds_on(day):
                return posting.person
    return None


def _entry_events(ministry: Ministry, dossier: str, row: dict[str, Any]) -> Iterator[Event]:
    (written_on, first), *later = _texts(row)
    yield Event(written_on, partial(_write, ministry, dossier, row, first))
    for day, body in later:
        yield Event(day, partial(_revise, ministry, row, body))
    if "settled_on" in row:
        yield Event(row["settled_on"], partial(_settle, ministry, row))


def _texts(row: dict[str, Any]) -> list[tuple[date, str]]:
    """The texts that an entry had, and when; the present one came some days after the last earlier one."""
    revisions = sorted(row.get("revision", []), key=lambda one: one["date"])
    earlier = [(one["date"], one["body"].strip()) for one in revisions]
    present = earlier[-1][0] + timedelta(days=12) if earlier else row["date"]
    return [*earlier, (present, row["body"].strip())]


def _write(ministry: Ministry, dossier_key: str, row: dict[str, Any], body: str) -> None:
    author = ministry.people[row["author"]]
    dossier: Dossier = ministry.dossiers[dossier_key]
    ministry.entries[row["key"]] = entries.add_entry(
        acting_for(author),
        dossier,
        kind=row["kind"],
        title=row["title"],
        body=body,
        date=row["date"],
        language=row["language"],
        author=author,
        post=_post_of(ministry, author, row["date"]),
        tags=row.get("tags", []),
        to_whom=row.get("to_whom", ""),
        due_on=row.get("due_on"),
    )
    if row["kind"] == "state_of_play":
        # Where it stood then; a note that was frozen later holds this, and the dossier's history too.
        dossiers.change_dossier(acting_for(author), dossier, state_of_play=body)


def _revise(ministry: Ministry, row: dict[str, Any], body: str) -> None:
    entry: Entry = ministry.entries[row["key"]]
    entries.revise_entry(acting_for(ministry.people[row["author"]]), entry, body=body)


def _settle(ministry: Ministry, row: dict[str, Any]) -> None:
    author = acting_for(ministry.people[row["author"]])
    entries.settle(author, ministry.entries[row["key"]], row.get("outcome", "kept"), on=row["settled_on"])


def _post_of(ministry: Ministry, author: Person, day: date) -> Post | None:
    """Where the author sat that day."""
    for postings in ministry.postings.values():
        for posting in postings:
            if posting.person_id == author.id and posting.holds_on(day):
                return posting.position.post
    return None
