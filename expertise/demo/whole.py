"""A whole ministry around the small demo: 2,800 staff, 140 posts, twenty years of postings, 300,000 pieces to search.

The stories and the accounts are those of the small demo. The rest is drawn from one seed and written in bulk, a few
thousand rows at a time, each recorded on the day on which it happened: nothing of it goes through the rooms' verbs,
which would take hours. No events are written. Handovers and questions stand in whole_notes.py, pilots in
whole_pilots.py.
"""

import csv
import heapq
from datetime import date, timedelta

from sqlalchemy import func, select, update

from expertise.base.database import session
from expertise.contacts.models import Contact, ContactWord, Keeping
from expertise.contacts.names import plain, words_in
from expertise.demo.reading import TODAY
from expertise.demo.whole_notes import QUESTIONS, ask_questions, write_notes
from expertise.demo.whole_pilots import run_pilots
from expertise.demo.whole_seats import FOLDER, Chair, Kept, Ledger, Progress, at_noon
from expertise.demo.whole_texts import KINDS, Subject
from expertise.domains.models import PositionDomain
from expertise.dossiers.models import Dossier, DossierDomain, DossierPost, DossierReader, Entry, Stewardship
from expertise.people.models import Person
from expertise.posts.models import HEADQUARTERS_KINDS, Position, Post, Posting

BEGAN = date(2006, 9, 4)
POSTS, STAFF, PIECES = 140, 2800, 300_000
DOSSIERS, CONTACTS = 9_000, 12_000
NOTE_PIECES = 45_000  # of some 10,000 handovers
UNIT_SEATS, POST_SEATS, LOCAL_SEATS = 33, (6, 11), (3, 6)


class Whole(Ledger):
    """Everything that is drawn, in the order in which one rests on another."""

    def load(self) -> None:
        """All of it."""
        self.open_posts()
        self.fill_rotating()
        self.fill_local()
        self.flush()
        session().execute(update(Person), [{"id": person, "left_on": day} for person, day in self.gone])
        self.meet_contacts()
        self.write_dossiers()
        self.flush()
        write_notes(self)
        ask_questions(self)
        self.flush()
        run_pilots(self)

    def name(self) -> tuple[str, str]:
        """The next invented name: given and family, each pair once in a long while."""
        given, family = self.texts["given"], self.texts["family"]
        self.named += 1
        return given[self.named % len(given)], family[(self.named // len(given) + self.named) % len(family)]

    def person(self, day: date, *, local: bool = False) -> str:
        """Somebody who enters the service."""
        given, family = self.name()
        email = f"{given}.{family}.{self.named}".lower().replace(" ", "").encode("ascii", "ignore").decode()
        made = self.add(
            Person,
            day,
            name=f"{given} {family}",
            given_name=given,
            family_name=family,
            email=f"{email}@ministerie.example",
            local_staff=local,
            left_on=None,
        )
        self.names[made] = f"{given} {family}"
        return made

    def open_posts(self) -> None:
        """Posts abroad up to 140, with those of the small demo, and units at headquarters; each with its seats."""
        abroad = Post.kind.not_in(sorted(HEADQUARTERS_KINDS))
        there = session().scalar(select(func.count()).select_from(Post).where(abroad)) or 0
        with (FOLDER / "places.csv").open(encoding="utf-8") as file:
            places = list(csv.DictReader(file))[: (POSTS - there) // self.part]
        names = {
            "embassy": ("Ambassade", "Embassy"),
            "consulate-general": ("Consulaat-generaal", "Consulate General"),
            "permanent-representation": ("Permanente Vertegenwoordiging", "Permanent Representation"),
        }
        for number, row in enumerate(places):
            nl, en = names[row["kind"]]
            language = "fr" if row["french"] else ("nl", "en", "nl")[number % 3]
            code = f"{row['country']}-{row['kind'][0].upper()}{number + 1}"
            titles = (f"{nl} {row['city_nl']}", f"{en} {row['city_en']}")
            post = self._post(code, titles, row["kind"], row["country"], row["city_en"])
            city = row["city_nl"] if language == "nl" else row["city_en"]
            called = (code, *titles)
            self._seats(post, called, self.texts["titles"]["embassy"], self.chance.randint(*POST_SEATS), city, language)
            there = self.chance.randint(*LOCAL_SEATS)
            self._seats(post, called, self.texts["titles"]["local"], there, city, language, local=True)
        units = list(zip(self.texts["units"]["nl"], self.texts["units"]["en"], strict=True))
        for number, titles in enumerate(units[: max(1, len(units) // self.part)]):
            post = self._post(f"HQ-{number + 1}", titles, "directorate", "NL", "Den Haag")
            called, language = (f"HQ-{number + 1}", *titles), ("nl", "nl", "en")[number % 3]
            self._seats(post, called, self.texts["titles"]["unit"], UNIT_SEATS, "Den Haag", language)

    def _post(self, code: str, titles: tuple[str, str], kind: str, country: str, city: str) -> str:
        said = {"code": code, "name_nl": titles[0], "name_en": titles[1], "kind": kind, "country": country}
        return self.add(Post, BEGAN, **said, city=city, time_zone="Europe/Amsterdam")

    def _seats(
        self,
        post: str,
        called: tuple[str, str, str],
        titles: list[list[str]],
        count: int,
        place: str,
        language: str,
        *,
        local: bool = False,
    ) -> None:
        for number in range(count):
            nl, en = titles[min(number, len(titles) - 1)] if not local else titles[number % len(titles)]
            again = f" {number - len(titles) + 2}" if number >= len(titles) else ""
            seat = self.add(
                Position,
                BEGAN,
                post_id=post,
                title_nl=nl + again,
                title_en=en + again,
                portfolio="",
                rotates=not local,
                tour_months=None if local else (36, 48)[number % 2],
                grade=None if local else max(9, 15 - number // 2),
                languages="French C1" if language == "fr" else "",
                point_of_contact="",
            )
            about = self.chance.sample(self.domains, self.chance.randint(1, 3))
            for domain in about:
                self.add(PositionDomain, BEGAN, position_id=seat, domain_id=domain.id)
            chair = Chair(seat, post, place, language, about, (nl + again, en + again), called)
            (self.local if local else self.chairs).append(chair)

    def fill_rotating(self) -> None:
        """Twenty years of transfers: whoever comes free takes the seat of somebody else who left; some retire."""
        chance = self.chance
        ends: list[tuple[date, int]] = []
        free: list[tuple[str, date]] = [(self.person(BEGAN), BEGAN) for _one in range(60)]
        for number in range(len(self.chairs)):
            # As if they had come at any time in the three years before.
            ends.append((self._sit(number, self.person(BEGAN), BEGAN, months=chance.randint(2, 44)), number))
        heapq.heapify(ends)
        while ends:
            left, number = heapq.heappop(ends)
            if left > TODAY + timedelta(days=240):
                continue
            free.append((self.chairs[number].holders[-1], left))
            start = left + timedelta(days=self._gap())
            who, came_free = self._next(number, free, left)
            start = max(start, came_free + timedelta(days=1))
            heapq.heappush(ends, (self._sit(number, who, start, months=chance.choice((24, 36, 36, 42, 48))), number))

    def _gap(self) -> int:
        return self.chance.choice((1, 1, 14, 21, 35, 45, 60, 80, 110, 150))

    def _next(self, number: int, free: list[tuple[str, date]], day: date) -> tuple[str, date]:
        """Of those who are free somebody who did not just sit there; now and then one leaves and a new one comes."""
        chance, chair = self.chance, self.chairs[number]
        if chance.random() < 0.045 and day < TODAY:
            gone, _left = free.pop(chance.randrange(len(free)))
            self.gone.append((gone, day))
            free.append((self.person(day), day))
        while True:
            place = chance.randrange(len(free))
            if free[place][0] != chair.holders[-1]:
                return free.pop(place)

    def _sit(self, number: int, person: str, start: date, *, months: int) -> date:
        """Answers the last day."""
        chair = self.chairs[number]
        end = start + timedelta(days=round(months * 30.44))
        self._posting(person, chair, start, end)
        return end

    def _posting(self, person: str, chair: Chair, start: date, end: date | None) -> None:
        known = min(start, TODAY - timedelta(days=30))  # who comes next year is named already
        same = {"starts_precision": "day", "ends_precision": "day", "status": "held", "acting": False}
        made = self.add(Posting, known, person_id=person, position_id=chair.id, starts_on=start, ends_on=end, **same)
        chair.since.append(start)
        chair.until.append(end)
        chair.holders.append(person)
        chair.postings.append(made)

    def fill_local(self) -> None:
        """Colleagues who stay: one after another, ten years or more each."""
        for chair in self.local:
            start = BEGAN + timedelta(days=self.chance.randrange(900))
            while start < TODAY:
                end = start + timedelta(days=self.chance.randint(2500, 9000))
                person = self.person(start, local=True)
                self._posting(person, chair, start, end if end < TODAY else None)
                if end < TODAY:
                    self.gone.append((person, end))
                start = end + timedelta(days=self.chance.randint(20, 200))

    def meet_contacts(self) -> None:
        """People outside, each kept by a position."""
        chance, seats = self.chance, [*self.chairs, *self.local]
        for _one in range(CONTACTS // self.part):
            chair, day = chance.choice(seats), BEGAN + timedelta(days=chance.randrange(7300))
            name, tier = self.outside(), chance.choice((1, 2, 2, 3, 3))
            body = chance.choice(self.texts["bodies"]["en"])
            contact = self.add(
                Contact, day, kind="person", name=name, name_key=plain(name), role=body, lawful_basis="public_task"
            )
            for word in sorted(words_in(name, body)):
                self.add(ContactWord, day, contact_id=contact, word=word)
            since = {"since": day, "until": None, "relation": chance.choice(("working", "new", "trusted"))}
            self.add(Keeping, day, contact_id=contact, position_id=chair.id, tier=tier, **since)
            said = {"name": name, "role": body, "tier": tier, "relation": since["relation"], "has_basis": True}
            chair.contacts.append(Kept(contact, day, said))

    def write_dossiers(self) -> None:
        """Dossiers with notes, by whoever held the seat that keeps them on that day."""
        chance, seats = self.chance, [*self.chairs, *self.chairs, *self.local]
        # Dossiers, contacts and people are pieces too, but few: the notes alone come near it.
        per_dossier = -(-(PIECES - CONTACTS - DOSSIERS - NOTE_PIECES - QUESTIONS) // DOSSIERS)
        for number in range(DOSSIERS // self.part):
            chair = chance.choice(seats)
            begun = max(chair.since[0], BEGAN) + timedelta(days=chance.randrange(6500))
            begun = min(begun, TODAY - timedelta(days=200))
            self._dossier(chair, begun, per_dossier + number % 5 - 2)
            self.advance(number + 1, DOSSIERS // self.part)

    def _dossier(self, chair: Chair, begun: date, notes: int) -> None:
        chance, language = self.chance, chair.language
        domain = chance.choice(chair.domains)
        bodies = self.texts["bodies"][language]
        people = [self.outside() for _one in range(3)]
        subject = Subject(language, chair.place, chair.theme(domain), chance.choice(bodies), people)
        summary, stands = (self.pen.note(subject, "background", begun)[1] for _one in range(2))
        span = (TODAY - begun).days
        restricted = chance.random() < 0.06
        said = {"title": self.pen.title(subject), "urgency": chance.choice((1, 2, 2, 3, 3)), "language": language}
        dossier = self.add(
            Dossier,
            begun,
            **said,
            summary=summary,
            state_of_play=stands,
            status="archived" if span > 4400 and chance.random() < 0.7 else "active",
            reach="restricted" if restricted else "open",
            written_by_id=chair.holder(begun),
            written_at=at_noon(begun),
            verified_on=begun + timedelta(days=chance.randrange(span)),
            version=1,
        )
        said |= {"summary": summary, "restricted": restricted}
        chair.dossiers.append(Kept(dossier, begun, said, subject))
        self.add(DossierReader, begun, dossier_id=dossier, token=f"position:{chair.id}" if restricted else "all")
        self.add(DossierPost, begun, dossier_id=dossier, post_id=chair.post_id)
        self.add(DossierDomain, begun, dossier_id=dossier, domain_id=domain.id)
        self.add(Stewardship, begun, dossier_id=dossier, position_id=chair.id, from_on=begun, to_on=None)
        for _one in range(notes):
            self._note(dossier, chair, subject, begun + timedelta(days=chance.randrange(span)))

    def _note(self, dossier: str, chair: Chair, subject: Subject, day: date) -> None:
        chance = self.chance
        kind = chance.choice(KINDS)
        title, body = self.pen.note(subject, kind, day)
        due = day + timedelta(days=chance.randint(20, 200)) if kind == "commitment" else None
        kept = due is not None and (due < TODAY - timedelta(days=60) or chance.random() < 0.5)
        self.add(
            Entry,
            day,
            dossier_id=dossier,
            post_id=chair.post_id,
            author_id=chair.holder(day),
            kind=kind,
            title=title,
            body=body,
            date=day,
            date_precision="day",
            language=subject.language,
            tags=[],
            to_whom=subject.people[0] if due else "",
            due_on=due,
            settled_on=min(due, TODAY) if due and kept else None,
            outcome=chance.choice(("kept", "kept", "kept", "lapsed")) if kept else "",
            version=1,
        )


def load(advance: Progress | None = None, *, part: int = 1) -> None:
    """Around the small demo, in the present transaction."""
    Whole(advance, part=part).load()
