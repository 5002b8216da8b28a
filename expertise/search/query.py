"""Reading of what somebody typed. Whatever it is, it is a query: there are no errors, only text.

Operators: "a phrase", -word, OR, begin*, and fields that are known here, in English and Dutch. All else is words.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from expertise.search.analysis import clean, words

MOST_CHARACTERS = 2000
# Of what is asked, what is excluded and what stands in phrases together.
MOST_WORDS = 120
SHORTEST_PREFIX = 3

FIELDS = {
    "post": "post",
    "domain": "domain",
    "domein": "domain",
    "by": "author",
    "van": "author",
    "kind": "kind",
    "soort": "kind",
    "after": "after",
    "na": "after",
    "before": "before",
    "voor": "before",
    "language": "language",
    "taal": "language",
    "year": "year",
    "jaar": "year",
    "dossier": "dossier",
}
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"'})
_PART = re.compile(
    r"(?P<not>(?<!\S)-(?=[\w\"]))?"
    r"(?:(?P<field>(?<!\S)[^\W\d_]+):(?P<value>\"[^\"]*[^\s\"][^\"]*\"|[^\s\"]+)"
    r"|\"(?P<phrase>[^\"]*)\""
    r"|(?P<chunk>[^\s\"]+))"
)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `literal` where it stood between quotes: then nothing else is looked for in its stead."""

    text: str
    literal: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand next to each other."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word."""

    text: str


@dataclass(frozen=True, slots=True)
class Every:
    """All of these words, wherever they stand."""

    words: tuple[str, ...]


Simple = Word | Phrase | Prefix | Every


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these will do."""

    options: tuple[Simple, ...]


Clause = Simple | AnyOf


@dataclass(frozen=True)
class Query:
    """What was asked."""

    text: str = ""
    must: tuple[Clause, ...] = ()
    never: tuple[Simple, ...] = ()
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    after: date | None = None
    before: date | None = None
    joined: tuple[tuple[str, ...], ...] = ()  # written as one, like kst-33694: better next to each other
    cut: bool = False  # it was too long, the rest was left out

    @property
    def is_empty(self) -> bool:
        """Nothing to look for."""
        return not (self.must or self.never or self.filters or self.after or self.before)


class _Reading:
    """A query half read."""

    def __init__(self) -> None:
        self.must: list[list[Simple]] = []
        self.never: list[Simple] = []
        self.filters: dict[str, list[str]] = {}
        self.dates: dict[str, date] = {}
        self.joined: list[tuple[str, ...]] = []
        self.joins_next = False
        self.taken = 0

    def add(self, part: Simple, *, negated: bool) -> None:
        self.taken += len(part.words) if isinstance(part, Phrase | Every) else 1
        if negated:
            self.never.append(part)
        elif self.joins_next and self.must:
            self.must[-1].append(part)
        else:
            self.must.append([part])
        self.joins_next = False

    def add_chunk(self, chunk: str, *, negated: bool) -> bool:
        """Words written as one; says whether there was room for all of them."""
        whole = words(chunk)
        found = whole[: max(0, MOST_WORDS - self.taken)]
        if chunk.endswith("*") and len(found) == 1 and len(found[0]) >= SHORTEST_PREFIX:
            self.add(Prefix(found[0]), negated=negated)
        elif len(found) > 1 and negated:
            self.add(Phrase(tuple(found)), negated=True)
        elif found:
            if len(found) > 1:
                self.joined.append(tuple(found))
            for word in found:
                self.add(Word(word), negated=negated)
        return len(found) == len(whole)

    def add_field(self, name: str, value: str) -> bool:
        """Whether it was one."""
        known = FIELDS.get(name.lower())
        value = value.strip('"').strip()
        if known is None or not value or not any(sign.isalnum() for sign in value):
            return False
        if known in ("after", "before"):
            moment = read_date(value)
            if moment is None:
                return False
            self.dates[known] = moment
        else:
            self.filters.setdefault(known, []).append(value)
        return True


def read(text: str) -> Query:
    """Read what was typed; never fails."""
    whole = clean(text).replace("\0", " ").translate(_QUOTES).strip()
    taken = whole[:MOST_CHARACTERS]
    reading = _Reading()
    whole_read = len(whole) == len(taken)
    for match in _PART.finditer(taken):
        if reading.taken >= MOST_WORDS:
            whole_read = False
            break
        whole_read &= _take(match, reading)
    return Query(
        text=taken,
        must=tuple(_clause(options) for options in reading.must),
        never=tuple(reading.never),
        filters={name: tuple(values) for name, values in reading.filters.items()},
        after=reading.dates.get("after"),
        before=reading.dates.get("before"),
        joined=tuple(reading.joined),
        cut=not whole_read,
    )


def _take(match: re.Match[str], reading: _Reading) -> bool:
    """Take one part of the question; says whether there was room for all of it."""
    negated = match["not"] is not None
    room = MOST_WORDS - reading.taken
    if match["field"] is not None:
        if negated or not reading.add_field(match["field"], match["value"]):
            reading.add_chunk(f"{match['field']} ", negated=negated)
            return reading.add_chunk(match["value"], negated=negated)
        return True
    if match["phrase"] is not None:
        found = tuple(words(match["phrase"]))
        if found[:room]:
            reading.add(Word(found[0], literal=True) if len(found) == 1 else Phrase(found[:room]), negated=negated)
        return len(found) <= room
    if match["chunk"] == "OR" and not negated:
        reading.joins_next = bool(reading.must)
        return True
    return reading.add_chunk(match["chunk"], negated=negated)


def _clause(options: list[Simple]) -> Clause:
    return options[0] if len(options) == 1 else AnyOf(tuple(options))


def read_date(text: str) -> date | None:
    """2023, 2023-05 or 2023-05-31: the first day of it."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
