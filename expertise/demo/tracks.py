"""What the people around a pilot of the demo did: came, went, wrote notes, met contacts, answered questions."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from expertise.access.viewer import system
from expertise.base import clock
from expertise.contacts import interaction_service
from expertise.contacts import service as contacts
from expertise.contacts.models import Contact
from expertise.demo.careers import BEFORE, EARLIEST, Career, Key, Plan, Stint, plan
from expertise.demo.reading import TODAY, Event, Ministry, acting_for
from expertise.domains import service as domains
from expertise.dossiers import service as dossiers
from expertise.dossiers.models import Dossier
from expertise.handovers import acts, acts_beside
from expertise.handovers import service as handovers
from expertise.people import service as people
from expertise.people.models import Person
from expertise.posts import service as posts
from expertise.posts.models import Position, Posting
from expertise.questions import asking
from expertise.questions import service as questions
from expertise.questions.models import Question

SYSTEM = system()
SCORED_AFTER = timedelta(days=92)
Name = Callable[[], dict[str, Any]]


class Tracks:
    """The seats, people and subjects of one pilot."""

    def __init__(self, ministry: Ministry, row: dict[str, Any], texts: dict[str, Any], name: Name) -> None:
        self.ministry, self.row, self.texts, self.name = ministry, row, texts, name
        sizes = {group: (row[group][0], row[group][1]) for group in ("ours", "theirs")}
        self.plan: Plan = plan(row["starts_on"], row["entry_until"], sizes)
        self.seats: dict[Key, Position] = {}
        self.people: dict[Key, Person] = {}
        self.postings: dict[Stint, Posting] = {}
        self.dossiers: list[Dossier] = []
        self.contacts: list[Contact] = []
        self.own = iter(row.get("own", ()))

    def events(self) -> Iterator[Event]:
        """All of it, to be put in the order of time with the rest."""
        yield Event(EARLIEST, self.open_seats)
        for stint in self.plan.stints:
            if stint.start <= TODAY:
                yield Event(stint.start, partial(self.come, stint))
        yield Event(BEFORE + timedelta(days=90), self.begin_subjects)
        for seat in self.plan.seats:
            left = max(one.end for one in self.plan.stints if one.seat == seat)
            if left < TODAY:
                yield Event(left + timedelta(days=30), partial(self.abolish, seat))
        for career in self.plan.careers:
            yield from self.in_the_seat(career)

    def open_seats(self) -> None:
        """A department of its own for each pilot, so that the posts of the other stories stay as they are."""
        office = posts.open_post(SYSTEM, **self.row["post"])
        general = posts.open_post(SYSTEM, **self.row["elsewhere"]["post"])
        domain = self.ministry.domains[self.row["domain"]]
        for number, key in enumerate(self.plan.seats):
            away = key[0] == "elsewhere"
            said = self.row["elsewhere"] if away else self.row
            seat = posts.create_position(
                SYSTEM,
                general if away else office,
                title_nl=f"{said['title_nl']} {number + 1}",
                title_en=f"{said['title_en']} {number + 1}",
                grade=11 + number % 2 if away else 10 + number % 3,
            )
            self.seats[key] = seat
            if not away:
                domains.file_position(SYSTEM, seat, [domain])

    def come(self, stint: Stint) -> None:
        """Somebody takes a seat."""
        if stint.person not in self.people:
            self.people[stint.person] = people.add_person(SYSTEM, **self.name())
        self.postings[stint] = posts.place(
            SYSTEM, self.people[stint.person], self.seats[stint.seat], starts_on=stint.start, ends_on=stint.end
        )

    def abolish(self, seat: Key) -> None:
        """A general seat that nobody took again."""
        posts.abolish_position(SYSTEM, self.seats[seat], min(clock.today(), TODAY))

    def begin_subjects(self) -> None:
        """Dossiers and contacts that seats of the domain have kept since long: one of each per seat."""
        inside = [self.seats[key] for key in self.plan.seats if key[0] != "elsewhere"]
        domain = self.ministry.domains[self.row["domain"]]
        for title, summary in self.row["subjects"]:
            one = dossiers.open_dossier(SYSTEM, title=title, summary=summary, language="nl", domains=[domain])
            self.dossiers.append(one)
        for name, role, organisation in self.row["partners"]:
            self.contacts.append(contacts.add_contact(SYSTEM, name=name, role=role, organisation=organisation))
        for number, seat in enumerate(inside):
            dossiers.give_to_keep(SYSTEM, self.dossiers[number % len(self.dossiers)], seat)
            for step in (0, 3):
                partner = self.contacts[(number + step) % len(self.contacts)]
                contacts.keep(SYSTEM, partner, seat, tier=1, relation="working")

    def in_the_seat(self, career: Career) -> Iterator[Event]:
        """Their predecessor's note, the contacts they met, a subject of their own, and what they were asked."""
        (group, number), starts = career.key, career.starts
        entry = next(one for one in self.plan.stints if one.seat == career.key and one.person == career.key)
        before = self.plan.before(entry)
        if before is not None:
            yield from self.note(before, career)
        if number % (5 if group == "ours" else 3):
            for step in (0, 3) if number % 2 else (0,):
                yield Event(met_on(career, step), partial(self.meet, career, step), late=True)
        if career.stays and not career.moves and group in self.row.get("alone", ()):
            yield Event(starts + timedelta(days=200), partial(self.open_own, career), late=True)
        if number % 4 != 1:
            for turn in range(1 + number % 3):
                yield from self.question(career, turn)

    def note(self, before: Stint, career: Career) -> Iterator[Event]:
        """Written on the last day of who was there before; received in time, later or never, and scored."""
        (group, number), starts = career.key, career.starts
        yield Event(before.end, partial(self.freeze, before, number), late=True)
        good = number % 4 != 3 if group == "ours" else number % 2 == 0
        late = not good and number % 8 < 6
        if good or late:
            received = starts + timedelta(days=2 + number % 11 if good else 24 + 3 * number % 40)
            yield Event(received, partial(self.receive, before, career), late=True)
            if good:
                yield Event(received + SCORED_AFTER, partial(self.score, before, career), late=True)

    def freeze(self, before: Stint, number: int) -> None:
        leaver = acting_for(self.people[before.person])
        note = handovers.start_note(leaver, self.postings[before], language="nl")
        situation, said = self.texts["situation"][number % len(self.texts["situation"])]
        handovers.write_situation(leaver, note, situation=situation, situation_line=said)
        # Notes of before the present rules: signed without them.
        acts.sign(leaver, note, unchecked=True)
        acts.freeze(leaver, note)

    def receive(self, before: Stint, career: Career) -> None:
        successor = acting_for(self.people[career.key])
        acts.receive(successor, handovers.start_note(SYSTEM, self.postings[before]), unchecked=True)

    def score(self, before: Stint, career: Career) -> None:
        number, best = career.key[1], 4 if career.key[0] == "ours" else 3
        # By halves of the number, because of the others those with an even one give scores: not all of them the same.
        given = {section: min(5, best + (number // 2 + section) % 2) for section in (1, 2, 5)}
        note = handovers.start_note(SYSTEM, self.postings[before])
        acts_beside.score(acting_for(self.people[career.key]), note, given)

    def meet(self, career: Career, step: int) -> None:
        """One of the contacts that the seat keeps."""
        seat = self.seats[career.key]
        inside = [self.seats[key] for key in self.plan.seats if key[0] != "elsewhere"]
        partner = self.contacts[(inside.index(seat) + step) % len(self.contacts)]
        summary = self.texts["meeting"][(career.key[1] + step) % len(self.texts["meeting"])]
        who = self.people[career.key]
        interaction_service.note_interaction(
            acting_for(who), partner, on=met_on(career, step), summary=summary, position=seat, person=who
        )

    def open_own(self, career: Career) -> None:
        """A subject that nobody else has kept yet."""
        title, summary = next(self.own)
        domain = self.ministry.domains[self.row["domain"]]
        dossier = dossiers.open_dossier(SYSTEM, title=title, summary=summary, language="nl", domains=[domain])
        dossiers.give_to_keep(SYSTEM, dossier, self.seats[career.key])

    def question(self, career: Career, turn: int) -> Iterator[Event]:
        """Who came later asks who sat there; most answer, some pass a question by."""
        number = career.key[1]
        asked: list[Question] = []
        on = career.starts + timedelta(days=250 + 41 * turn + number)
        yield Event(on, partial(self.ask, career, turn, asked), late=True)
        if (number + turn) % (5 if career.key[0] == "ours" else 3):
            yield Event(on + timedelta(days=2 + number % 5), partial(self.answer, career, turn, asked), late=True)
        else:
            yield Event(on + timedelta(days=12), partial(self.decline, career, asked), late=True)

    def ask(self, career: Career, turn: int, asked: list[Question]) -> None:
        number = career.key[1]
        there = [one for one in self.people if one[0] in ("ours", "theirs") and one != career.key]
        asker = self.people[there[number % len(there)]]
        dossier = self.dossiers[(number + turn) % len(self.dossiers)]
        title, body = self.texts["question"][(number + turn) % len(self.texts["question"])]
        to = asking.Candidate(self.people[career.key], asking.PERSON, None, None, None, asking.Load(), "")
        line = asking.line_of_position(SYSTEM, self.seats[career.key])
        asked.append(
            questions.ask(acting_for(asker), line, to, title=f"{dossier.title}: {title}", body=body, dossier=dossier)
        )

    def answer(self, career: Career, turn: int, asked: list[Question]) -> None:
        text = self.texts["answer"][(career.key[1] + turn) % len(self.texts["answer"])]
        questions.answer(acting_for(self.people[career.key]), asked[0], text)

    def decline(self, career: Career, asked: list[Question]) -> None:
        questions.decline(acting_for(self.people[career.key]), asked[0], why=self.texts["declined"])


def met_on(career: Career, step: int) -> date:
    """On which day they met the contact that stands so many places on."""
    return career.starts + timedelta(days=20 + 9 * step + career.key[1])
