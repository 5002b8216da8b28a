"""The two pilots of the demo, with the people in them, each recorded on the day on which it happened."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from expertise.access.viewer import system
from expertise.demo.reading import SMALL, Event, Ministry, document
from expertise.domains import service as domains
from expertise.people import service as people
from expertise.pilots import service
from expertise.pilots.models import FIXED, Pilot
from expertise.pilots.registry import add_months
from expertise.posts import service as posts
from expertise.posts.models import Position

SYSTEM = system()
OPENED = date(2022, 9, 5)


def events(ministry: Ministry) -> Iterator[Event]:
    """Everything about pilots, to be put in the order of time with the rest."""
    texts = document(SMALL / "pilots.toml")
    loading = _Loading(ministry, texts)
    yield Event(OPENED, loading.open_seats)
    for row in texts["pilot"]:
        yield from loading.events_of(row)


class _Loading:
    def __init__(self, ministry: Ministry, texts: dict[str, Any]) -> None:
        self.ministry = ministry
        self.texts = texts
        self.seats: dict[str, list[Position]] = {}
        self.pilots: dict[str, Pilot] = {}
        self.named = 0

    def open_seats(self) -> None:
        """An office of its own, so that the posts of the other stories stay as they are."""
        office = posts.open_post(SYSTEM, **self.texts["post"])
        for row in (self.texts["elsewhere"] | {"slug": "elsewhere"}, *self.texts["pilot"]):
            self.seats[row["slug"]] = [
                posts.create_position(
                    SYSTEM, office, title_nl=f"{row['title_nl']} {number}", title_en=f"{row['title_en']} {number}"
                )
                for number in range(1, row["seats"] + 1)
            ]
            if "domain" in row:
                for seat in self.seats[row["slug"]]:
                    domains.file_position(SYSTEM, seat, [self.ministry.domains[row["domain"]]])

    def events_of(self, row: dict[str, Any]) -> Iterator[Event]:
        """A pilot from its first line to its decision."""
        yield Event(row["written_on"], partial(self.write, row))
        yield Event(row["fixed_on"], lambda: service.fix_criterion(SYSTEM, self.pilots[row["slug"]]))
        for takes_part, (stay, leave) in ((True, row["ours"]), (False, row["theirs"])):
            for number in range(stay + leave):
                yield from self.career(row, number, stays=number < stay, takes_part=takes_part)
        yield from self.followed(row)

    def write(self, row: dict[str, Any]) -> None:
        """The plan and the results chain."""
        plan = {name: row[name] for name in FIXED if name in row}
        plan |= {"domain_id": self.ministry.domains[row["domain"]].id, "comparison": "entered", "direction": "higher"}
        pilot = service.set_up_pilot(SYSTEM, slug=row["slug"], name=row["name"], **plan)
        texts = {step: (*said, "", "")[:3] for step, said in row["chain"].items()}
        service.write_chain(SYSTEM, pilot, texts)
        for one in row["milestone"]:
            service.add_milestone(SYSTEM, pilot, name=one["name"], due_on=one["due_on"])
        self.pilots[row["slug"]] = pilot

    def career(self, row: dict[str, Any], number: int, *, stays: bool, takes_part: bool) -> Iterator[Event]:
        """Somebody who came in: they stay, or go elsewhere after ten months or more."""
        days = (row["entry_until"] - row["starts_on"]).days
        starts = row["starts_on"] + timedelta(days=(7 * number + (0 if takes_part else 3)) % days)
        ends = add_months(starts, 10 + number % 9)
        held: dict[str, Any] = {}

        def come() -> None:
            held["person"] = people.add_person(SYSTEM, **self.name())
            seats = self.seats[row["slug"]]
            seat = seats[number % len(seats)]
            end = add_months(starts, 48) if stays else ends
            held["posting"] = posts.place(SYSTEM, held["person"], seat, starts_on=starts, ends_on=end)
            if takes_part:
                pilot = self.pilots[row["slug"]]
                service.take_in(SYSTEM, pilot, held["person"], joined_on=starts, applied_on=row["fixed_on"])

        yield Event(starts, come)
        if not stays:

            def go() -> None:
                other = self.seats["elsewhere"]
                begins = ends + timedelta(days=14)
                until = add_months(begins, 48)
                posts.place(SYSTEM, held["person"], other[number % len(other)], starts_on=begins, ends_on=until)

            yield Event(ends, go)

    def name(self) -> dict[str, Any]:
        """The next invented name."""
        given, family = self.texts["given_names"], self.texts["family_names"]
        one, other = given[self.named % len(given)], family[self.named % len(family)]
        self.named += 1
        return {"name": f"{one} {other}", "given_name": one, "family_name": other}

    def followed(self, row: dict[str, Any]) -> Iterator[Event]:
        """What happened while it ran."""
        for number, one in enumerate(row["milestone"]):
            if "done_on" in one:
                yield Event(one["done_on"], partial(self.reach, row["slug"], number))
        for one in row.get("evaluation", ()):
            yield Event(one["on"], partial(self.evaluate, row["slug"], one))
        if "refused" in row:
            yield Event(row["refused_on"], partial(self.refuse, row))
        if "amendment" in row:
            yield Event(row["amendment"]["on"], partial(self.amend, row["slug"], row["amendment"]))
        if "measure" in row:
            yield Event(row["starts_on"], partial(self.measure, row["slug"], row["measure"]))
            for day, value, note in row["measure"]["values"]:
                on = date.fromisoformat(day)
                yield Event(on, partial(self.value, row["slug"], on, value, note))
        if "decision" in row:
            yield Event(row["decision"]["on"], partial(self.decide, row["slug"], row["decision"]))

    def reach(self, slug: str, number: int) -> None:
        service.reach_milestone(SYSTEM, self.pilots[slug].milestones[number])

    def evaluate(self, slug: str, one: dict[str, Any]) -> None:
        service.add_evaluation(SYSTEM, self.pilots[slug], **one)

    def refuse(self, row: dict[str, Any]) -> None:
        person = self.ministry.people[row["refused"]]
        reason, on = row["refused_reason"], row["refused_on"]
        service.take_in(SYSTEM, self.pilots[row["slug"]], person, role="refused", applied_on=on, reason=reason)

    def amend(self, slug: str, one: dict[str, Any]) -> None:
        pilot = self.pilots[slug]
        service.change_plan(SYSTEM, pilot, name=pilot.name, reason=one["reason"], **{one["field"]: one["value"]})

    def measure(self, slug: str, one: dict[str, Any]) -> None:
        service.add_measure(SYSTEM, self.pilots[slug], **{key: text for key, text in one.items() if key != "values"})

    def value(self, slug: str, on: date, value: str, note: str) -> None:
        pilot = self.pilots[slug]
        service.measure(SYSTEM, pilot, pilot.measures[0].id, on=on, value=value, note=note)

    def decide(self, slug: str, one: dict[str, Any]) -> None:
        service.decide(SYSTEM, self.pilots[slug], verdict="yes", **one)
