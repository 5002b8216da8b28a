"""Taking a name out of everything that was ever written here, and saying where it stands.

Which columns people write freely in is registered by the room that knows all tables (`know`); what needs more care than
the text itself (a frozen note has a hash) is done by the room whose it is (`strikers`).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, Table, Text, and_, cast, delete, or_, select, update

from expertise.base.database import Model, changed_rows, session
from expertise.base.findable import tell_search

STRUCK = "[…]"
AROUND = 40  # characters of an excerpt at each side


@dataclass(frozen=True)
class Written:
    """Columns of a table in which people write freely, and as what search finds its records: (kind, column of the id).

    `drop`: a row in which a name stands goes as a whole, because it is nothing but that (what somebody looked for).
    `by_room`: names are listed here, and struck by the room whose it is. `private`: that a name stands there may be
    told, and never what stands around it (a draft is its writer's alone).
    """

    table: str
    columns: tuple[str, ...]
    found_as: tuple[str, str] | None = None
    drop: bool = False
    by_room: bool = False
    private: bool = False

    @property
    def of(self) -> Table:
        """The table itself."""
        return Model.metadata.tables[self.table]


@dataclass(frozen=True)
class Mention:
    """Where a name stands."""

    table: str
    record: str
    column: str
    excerpt: str


# A room's own way of striking: names -> how many records it changed.
Striker = Callable[[list[str]], int]
strikers: list[Striker] = []
_written: dict[str, Written] = {}


def know(written: Iterable[Written]) -> None:
    """From now on names are looked for in these columns too."""
    _written.update({one.table: one for one in written})


def strike_everywhere(names: Iterable[str]) -> int:
    """Take these names out of all that is known to hold free text; says how many records were changed."""
    listed = _worth(names)
    if not listed:
        return 0
    session().flush()
    changed = sum(striker(listed) for striker in strikers)
    session().flush()
    changed += sum(_strike(written, listed) for written in _written.values() if not written.by_room)
    session().expire_all()
    return changed


def _strike(written: Written, names: list[str]) -> int:
    table, changed = written.of, 0
    for row in _rows(written, names):
        here = and_(*(column == row[column.name] for column in table.primary_key))
        fresh = {name: struck_document(row[name], names) for name in written.columns}
        if all(fresh[name] == row[name] for name in fresh):
            continue
        changed += changed_rows(delete(table).where(here) if written.drop else update(table).where(here).values(fresh))
        if written.found_as:
            kind, column = written.found_as
            tell_search(kind, row[column])
    return changed


def mentions(names: Iterable[str]) -> Iterator[Mention]:
    """Where these names stand in texts, table by table."""
    listed = _worth(names)
    pattern = _pattern(listed) if listed else None
    for written in _written.values() if pattern else ():
        for row in _rows(written, listed):
            for name in written.columns:
                text = row[name] if isinstance(row[name], str) else json.dumps(row[name], ensure_ascii=False)
                if found := pattern.search(text or "") if pattern else None:
                    around = "" if written.private else text[max(0, found.start() - AROUND) : found.end() + AROUND]
                    key = "/".join(str(row[column.name]) for column in written.of.primary_key)
                    yield Mention(written.table, key, name, around)


def written_as(wanted: Iterable[tuple[int, str]], digest: Callable[[str], tuple[int, str]]) -> dict[str, set[str]]:
    """Hash -> how it stands in texts, of names of which only hash and number of words are known. Reads all texts."""
    hashes = set(wanted)
    lengths = sorted({count for count, _hash in hashes})
    found: dict[str, set[str]] = {}
    for written in _written.values() if hashes else ():
        for row in session().execute(select(*(written.of.c[name] for name in written.columns))):
            for value in filter(None, row):
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                for name in _runs(text, lengths):
                    if (told := digest(name)) in hashes:
                        found.setdefault(told[1], set()).add(name)
    return found


def _runs(text: str, lengths: Iterable[int]) -> set[str]:
    """All that stands in a text as so many words after each other."""
    places = [(one.start(), one.end()) for one in re.finditer(r"\w+", text)]
    return {
        text[places[at][0] : places[at + length - 1][1]] for length in lengths for at in range(len(places) - length + 1)
    }


def _rows(written: Written, names: list[str]) -> list[Any]:
    table = written.of
    found = or_(*(_may_hold(table.c[column], name) for column in written.columns for name in names))
    return list(session().execute(select(table).where(found)).mappings())


def _may_hold(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the longest word of a name stands there; of a JSON document, in which others are written as numbers, as
    far as its letters are plain ones."""
    runs = re.findall(r"[\x21-\x7e]+" if isinstance(column.type, JSON) else r"\S+", name.replace('"', " "))
    longest = max(runs, key=len, default="")
    return cast(column, Text).icontains(longest, autoescape=True)


def _worth(names: Iterable[str]) -> list[str]:
    return sorted({one.strip() for one in names if len(one.strip()) > 1}, key=len, reverse=True)


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Whole words only, whatever their capitals and whatever space stands between them; the longest name first."""
    listed = sorted(names, key=len, reverse=True)
    either = "|".join(r"\s+".join(map(re.escape, one.split())) for one in listed)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def struck(text: str, names: Iterable[str]) -> str:
    """A text without these names."""
    listed = _worth(names)
    return _pattern(listed).sub(STRUCK, text) if listed else text


def struck_document(value: Any, names: Iterable[str]) -> Any:
    """A text, or a JSON document, without these names."""
    if isinstance(value, str):
        return struck(value, names)
    if isinstance(value, list):
        return [struck_document(one, names) for one in value]
    if isinstance(value, dict):
        return {struck(key, names): struck_document(one, names) for key, one in value.items()}
    return value


def strike_in(model: Any, texts: Iterable[str], names: Iterable[str]) -> list[Any]:
    """Strike names from these columns of a table; gives the records that held one."""
    listed, columns = _worth(names), list(texts)
    if not listed:
        return []
    found = or_(*(_may_hold(getattr(model, text), name) for text in columns for name in listed))
    changed = []
    for one in session().scalars(select(model).where(found)):
        before = [getattr(one, text) for text in columns]
        after = [struck_document(value, listed) for value in before]
        if before != after:
            for text, value in zip(columns, after, strict=True):
                setattr(one, text, value)
            changed.append(one)
    return changed


def strike_in_document(model: Any, column: str, names: Iterable[str]) -> list[Any]:
    """The same of a column that holds a JSON document."""
    return strike_in(model, [column], names)
