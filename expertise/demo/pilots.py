"""The two pilots of the demo, with the people in them, each recorded on the day on which it happened."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from expertise.access.viewer import system
from expertise.demo.careers import Career
from expertise.demo.reading import SMALL, Event, Ministry, document
from expertise.demo.tracks import Tracks
from expertise.pilots import service
from expertise.pilots.models import FIXED, Pilot

SYSTEM = system()


def events(ministry: Ministry) -> Iterator[Event]:
    """Everything about pilots, to be put in the order of time with the rest."""
    texts = document(SMALL / "pilots.toml")
    loading = _Loading(ministry, texts)
    for row in texts["pilot"]:
        yield from loading.events_of(row)


class _Loading:
    def __init__(self, ministry: Ministry, texts: dict[str, Any]) -> None:
        self.ministry = ministry
        self.texts = texts
        self.pilots: dict[str, Pilot] = {}
        self.named = 0

    def events_of(self, row: dict[str, Any]) -> Iterator[Event]:
        """A pilot from its first line to its decision."""
        yield Event(row["written_on"], partial(self.write, row))
        yield Event(row["fixed_on"], partial(self.fix, row["slug"]))
        tracks = Tracks(self.ministry, row, self.texts, self.name)
        yield from tracks.events()
        for career in tracks.plan.careers:
            yield Event(career.starts, partial(self.take_in, row, tracks, career))
        yield from self.followed(row)

    def fix(self, slug: str) -> None:
        service.fix_criterion(SYSTEM, self.pilots[slug])

    def take_in(self, row: dict[str, Any], tracks: Tracks, career: Career) -> None:
        """Whoever comes in takes part, or is named as somebody to compare with."""
        person, pilot = tracks.people[career.key], self.pilots[row["slug"]]
        if career.key[0] == "theirs":
            service.take_in(SYSTEM, pilot, person, role="compared", joined_on=career.starts)
            return
        mentors, trainings = self.texts["mentors"], self.texts["trainings"]
        service.take_in(
            SYSTEM,
            pilot,
            person,
            joined_on=career.starts,
            applied_on=row["fixed_on"] + timedelta(days=career.key[1] % 20),
            mentor=mentors[career.key[1] % len(mentors)],
            training=trainings[career.key[1] % len(trainings)],
        )

    def write(self, row: dict[str, Any]) -> None:
        """The plan and the results chain."""
        plan = {name: row[name] for name in FIXED if name in row}
        plan |= {"domain_id": self.ministry.domains[row["domain"]].id, "comparison": "named", "direction": "higher"}
        pilot = service.set_up_pilot(SYSTEM, slug=row["slug"], name=row["name"], **plan)
        texts = {step: (*said, "", "")[:3] for step, said in row["chain"].items()}
        service.write_chain(SYSTEM, pilot, texts)
        for one in row["milestone"]:
            service.add_milestone(SYSTEM, pilot, name=one["name"], due_on=one["due_on"])
        self.pilots[row["slug"]] = pilot

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
        service.add_measurement(SYSTEM, pilot, measure=pilot.measures[0].id, on=on, value=value, note=note)

    def decide(self, slug: str, one: dict[str, Any]) -> None:
        service.decide(SYSTEM, self.pilots[slug], verdict="yes", **one)
