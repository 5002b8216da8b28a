"""Dossiers, entries and contacts of the demo."""

from datetime import date, timedelta
from typing import Any

from expertise.access.viewer import system
from expertise.contacts import service as contacts
from expertise.demo.reading import SMALL, Ministry, acting_for, document, on, tables
from expertise.dossiers import entry_service as entries
from expertise.dossiers import service as dossiers
from expertise.dossiers.models import Dossier
from expertise.people.models import Person
from expertise.posts.models import Post

SYSTEM = system()
STATES = ("title", "summary", "objectives", "state_of_play", "line_to_take", "line_valid_until", "line_cleared_by")
STEPS = ("next_step", "next_step_on", "next_step_by", "urgency", "language", "marking")


def load(ministry: Ministry) -> None:
    """Everything that search should find, in the order in which it was written."""
    _load_contacts(ministry)
    for path in sorted((SMALL / "dossiers").glob("*.toml")):
        _load_dossier(ministry, document(path))


def _load_contacts(ministry: Ministry) -> None:
    for row in tables("contact"):
        key, keepings = row.pop("key"), row.pop("keeping", [])
        ministry.linked[key] = row.pop("dossiers", [])
        organisation = ministry.contacts[row.pop("organisation")] if "organisation" in row else None
        row["languages"] = ", ".join(row.get("languages", []))
        first = min((one["since"] for one in keepings if "since" in one), default=None)
        with on(first):
            contact = contacts.add_contact(SYSTEM, organisation=organisation, **row)
            for one in keepings:
                contacts.keep(SYSTEM, contact, ministry.positions[one.pop("position")], **one)
        ministry.contacts[key] = contact


def _load_dossier(ministry: Ministry, row: dict[str, Any]) -> None:
    stewards = [
        (one, ministry.positions[one["position"]]) for one in sorted(row.get("steward", []), key=lambda one: one["from"])
    ]
    opened = max(row["opened_on"], stewards[0][0]["from"])
    with on(opened):
        dossier = dossiers.open_dossier(
            acting_for(_keeper(ministry, row, opened)),
            title=row["title"],
            position=stewards[0][1],
            from_on=stewards[0][0]["from"],
            reach=row.get("reach", "open"),
            posts=[ministry.posts[code] for code in row.get("posts", [])],
            domains=[ministry.domains[code] for code in row.get("domains", [])],
            **{name: row[name] for name in (*STATES[1:], *STEPS) if name in row},
        )
    for steward, position in stewards[1:]:
        with on(steward["from"]):
            dossiers.give_to_keep(SYSTEM, dossier, position, from_on=steward["from"])
    for steward, position in stewards:
        if "to" in steward:
            with on(steward["to"]):
                kept = next(one for one in dossier.present_stewardships if one.position_id == position.id)
                dossiers.take_from(SYSTEM, kept, to_on=steward["to"])
    for shared in row.get("shared_with", []):
        word, _, key = shared.partition(":")
        with_whom = {"position": ministry.positions[key]} if word == "position" else {"post": ministry.posts[key]}
        dossiers.share_with(SYSTEM, dossier, **with_whom)
    linked = [ministry.contacts[key] for key, keys in ministry.linked.items() if row["key"] in keys]
    dossiers.file_under(SYSTEM, dossier, contacts=linked)
    ministry.dossiers[row["key"]] = dossier
    for entry in sorted(row.get("entry", []), key=lambda one: one["date"]):
        _load_entry(ministry, dossier, entry)
    if "verified_on" in row:
        with on(row["verified_on"]):
            verifier = ministry.positions[row["verified_by"]]
            holder = next((p for p in verifier.postings if p.holds_on(row["verified_on"])), None)
            dossiers.verify(acting_for(holder.person if holder else None), dossier, position=verifier)
    if row.get("status") == "archived":
        dossiers.archive(SYSTEM, dossier)


def _keeper(ministry: Ministry, row: dict[str, Any], day: date) -> Person | None:
    """Who held a position that keeps the dossier that day."""
    for steward in row.get("steward", []):
        for posting in ministry.positions[steward["position"]].postings:
            if posting.holds_on(day):
                return posting.person
    return None


def _load_entry(ministry: Ministry, dossier: Dossier, row: dict[str, Any]) -> None:
    author = ministry.people[row["author"]]
    (written_on, first), *later = _texts(row)
    with on(written_on):
        entry = entries.add_entry(
            acting_for(author),
            dossier,
            kind=row["kind"],
            title=row["title"],
            body=first,
            date=row["date"],
            language=row["language"],
            author=author,
            post=_post_of(ministry, author, row["date"]),
            tags=row.get("tags", []),
            to_whom=row.get("to_whom", ""),
            due_on=row.get("due_on"),
        )
    for day, body in later:
        with on(day):
            entries.revise_entry(acting_for(author), entry, body=body)
    if "settled_on" in row:
        with on(row["settled_on"]):
            entries.settle(acting_for(author), entry, row.get("outcome", "kept"), on=row["settled_on"])
    ministry.entries[row["key"]] = entry


def _texts(row: dict[str, Any]) -> list[tuple[date, str]]:
    """The texts that an entry had, and when; the present one came some days after the last earlier one."""
    earlier = [(one["date"], one["body"].strip()) for one in sorted(row.get("revision", []), key=lambda one: one["date"])]
    present = earlier[-1][0] + timedelta(days=12) if earlier else row["date"]
    return [*earlier, (present, row["body"].strip())]


def _post_of(ministry: Ministry, author: Person, day: date) -> Post | None:
    """Where the author sat that day."""
    for postings in ministry.postings.values():
        for posting in postings:
            if posting.person_id == author.id and posting.holds_on(day):
                return posting.position.post
    return None
