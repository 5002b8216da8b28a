"""What the parts of a whole ministry share: seats with who sat in them and what they kept, and the rows that wait."""

import random
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import insert, select

from expertise.base.database import Model, new_id, session
from expertise.demo.reading import SMALL, TODAY, document
from expertise.demo.whole_texts import Pen, Subject
from expertise.domains.models import Domain

Progress = Callable[..., None]  # how many are done, of how many
FOLDER = SMALL.parent / "size"
SEED = 20061123
AT_ONCE = 4_000  # rows per statement


@dataclass(frozen=True)
class Kept:
    """A dossier or a contact that a seat keeps from a day on, with the columns that a note repeats."""

    id: str
    since: date
    said: dict[str, Any]
    subject: Subject | None = None


@dataclass
class Chair:
    """A seat, and who sat in it since when until when, the earliest first."""

    id: str
    post_id: str
    place: str
    language: str
    domains: list[Domain]
    titles: tuple[str, str]
    post: tuple[str, str, str]  # code, names in Dutch and English
    since: list[date] = field(default_factory=list)
    until: list[date | None] = field(default_factory=list)
    holders: list[str] = field(default_factory=list)
    postings: list[str] = field(default_factory=list)
    dossiers: list[Kept] = field(default_factory=list)
    contacts: list[Kept] = field(default_factory=list)

    def holder(self, day: date) -> str | None:
        """Whose it was that day, or last before it."""
        number = bisect_right(self.since, day) - 1
        return self.holders[number] if number >= 0 else None

    def theme(self, domain: Domain) -> str:
        """A domain in the language of the seat's notes."""
        return {"nl": domain.name_nl, "en": domain.name_en, "fr": domain.name_fr or domain.name_en}[self.language]


def at_noon(day: date) -> datetime:
    """When something of that day was recorded; what is planned was recorded by now."""
    return datetime.combine(min(day, TODAY), time(11), UTC)


class Ledger:
    """What is drawn, with which pen and chance, and the rows that wait to be written."""

    def __init__(self, advance: Progress | None = None, *, part: int = 1) -> None:
        self.chance = random.Random(SEED)  # noqa: S311 (a demo is no secret)
        self.texts = document(FOLDER / "texts.toml")
        self.pen = Pen(self.texts, self.chance)
        self.waiting: dict[type[Model], list[dict[str, Any]]] = {}
        self.chairs: list[Chair] = []
        self.local: list[Chair] = []
        self.domains = list(session().scalars(select(Domain).order_by(Domain.code)))
        self.named = 0
        self.names: dict[str, str] = {}  # of everybody who entered, by id
        self.part = part  # one of so many: for a look at a small piece of it
        self.gone: list[tuple[str, date]] = []  # who left the service, and when
        self.advance = advance or (lambda *_done: None)

    def add(self, model: type[Model], day: date, **values: Any) -> str:
        """A row, recorded on a day; answers its id."""
        moment = at_noon(day)
        columns = model.__table__.columns
        if "id" in columns:
            values.setdefault("id", new_id())
        values |= {name: moment for name in ("created_at", "changed_at") if name in columns}
        rows = self.waiting.setdefault(model, [])
        rows.append(values)
        if len(rows) >= AT_ONCE:
            self.flush()
        return str(values.get("id", ""))

    def flush(self) -> None:
        """Write what waits; parents were added before their children, and so come first."""
        for model, rows in self.waiting.items():
            if rows:
                session().execute(insert(model), rows)
                rows.clear()

    def outside(self) -> str:
        """Somebody outside the ministry."""
        return f"{self.chance.choice(self.texts['outside_given'])} {self.chance.choice(self.texts['outside_family'])}"
