"""Which column of a file means which field: by a map in TOML, or by the names of the columns themselves.

    [columns]
    external_id = "person_id"                      # a column
    start = ["started", "arrived", "appointed"]    # the first that is filled counts
    name = {template = "{given} {surname}"}        # composed of columns
    local_staff = {value = "no"}                   # the same for every row

    [values.status]                                # as in the file = ours
    nominee = "never_served"
    "*" = "held"                                   # any other value, if filled

    [skip]                                         # rows with one of these values do not count
    kind = ["test"]

A map with [columns] reads those fields and no others; without it, columns are found by name.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, BinaryIO

from flask_babel import lazy_gettext as _

from expertise.base.tables.fields import BadCell, Field, filled, same_word
from expertise.base.tables.limits import TableError

_PLACE = re.compile(r"\{([^{}]+)\}")
_PARTS = ("columns", "values", "skip")


@dataclass(frozen=True)
class Column:
    """The value of one column."""

    name: str

    @property
    def columns(self) -> tuple[str, ...]:
        """What it needs of the file."""
        return (self.name,)

    def read(self, cells: Mapping[str, Any]) -> Any:
        """The cell, as it is."""
        return cells.get(self.name)


@dataclass(frozen=True)
class Template:
    """Several columns composed into one text; empty if all of them are."""

    pattern: str
    columns: tuple[str, ...]

    def read(self, cells: Mapping[str, Any]) -> Any:
        """The text, without the double spaces that empty columns leave."""
        found = {name: cells.get(name) for name in self.columns}
        bad = next((cell for cell in found.values() if isinstance(cell, BadCell)), None)
        if bad is not None or not any(map(filled, found.values())):
            return bad
        text = _PLACE.sub(lambda place: str(found[place.group(1)] or ""), self.pattern)
        return " ".join(text.split())


@dataclass(frozen=True)
class Constant:
    """The same for every row."""

    value: Any
    columns: tuple[str, ...] = ()

    def read(self, _cells: Mapping[str, Any]) -> Any:
        """The value."""
        return self.value


Source = Column | Template | Constant


@dataclass(frozen=True)
class TableMap:
    """Where each field comes from. Without `sources` the columns are found by name."""

    sources: Mapping[str, tuple[Source, ...]] | None = None
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    skip: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def columns(self) -> set[str]:
        """Every column that the map names."""
        sources = [source for options in (self.sources or {}).values() for source in options]
        return {name for source in sources for name in source.columns} | set(self.skip)

    def column(self, name: str, cells: Mapping[str, Any]) -> str | None:
        """The head of what gives this field in this row; of several columns the one that is filled, else the first."""
        options = [one for one in (self.sources or {}).get(name, ()) if any(column in cells for column in one.columns)]
        there = next((one for one in options if filled(one.read(cells))), options[0] if options else None)
        return " + ".join(there.columns) if there else None

    def skips(self, cells: Mapping[str, Any]) -> bool:
        """Whether the map says that this row does not count."""
        return any(str(cells.get(name) or "").strip() in values for name, values in self.skip.items())

    def read(self, cells: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Each field that this row gives, with its cell; a field of which no column is there is not given."""
        for name, options in (self.sources or {}).items():
            there = [one for one in options if not one.columns or any(column in cells for column in one.columns)]
            if there:
                raws = (source.read(cells) for source in there)
                yield name, next((raw for raw in raws if filled(raw)), None)


def read_map(source: Path | str | BinaryIO, fields: Sequence[Field]) -> TableMap:
    """A map from its file, judged against the fields of the kind; TableError says what to mend."""
    try:
        text = Path(source).read_bytes() if isinstance(source, Path | str) else source.read()
        whole = tomllib.loads(text.decode("utf-8-sig"))
    except OSError as error:
        raise TableError(_("The map cannot be opened: %(reason)s.", reason=error.strerror or error)) from None
    except UnicodeDecodeError:
        raise TableError(_("The map is not in UTF-8. Save it as UTF-8.")) from None
    except tomllib.TOMLDecodeError as error:
        raise TableError(_("The map is not valid TOML: %(reason)s.", reason=str(error))) from None
    for part, content in whole.items():
        _known(part, _PARTS)
        _require(isinstance(content, dict), part)
    names = [one.name for one in fields]
    columns = whole.get("columns")
    return TableMap(
        sources=None if columns is None else {_known(n, names): _options(n, v) for n, v in columns.items()},
        values={_known(name, names): _words(name, words) for name, words in whole.get("values", {}).items()},
        skip={column: _skipped(column, values) for column, values in whole.get("skip", {}).items()},
    )


def _known(key: str, keys: Sequence[str]) -> str:
    if key in keys:
        return key
    near = get_close_matches(key, keys, 1)
    if near:
        raise TableError(_("The map has “%(key)s”, which is unknown. Was “%(near)s” meant?", key=key, near=near[0]))
    known = ", ".join(keys)
    raise TableError(_("The map has “%(key)s”, which is unknown. Known are: %(known)s.", key=key, known=known))


def _require(condition: bool, key: str) -> None:
    if not condition:
        raise TableError(_("The map has a value at “%(key)s” that it cannot have there. See the examples.", key=key))


def _options(name: str, value: Any) -> tuple[Source, ...]:
    options = value if isinstance(value, list) else [value]
    _require(bool(options), name)
    return tuple(_source(name, option) for option in options)


def _source(name: str, value: Any) -> Source:
    if isinstance(value, str):
        return Column(value.strip())
    _require(isinstance(value, dict) and len(value) == 1, name)
    key, content = next(iter(value.items()))
    _known(key, ("value", "template"))
    if key == "value":
        _require(isinstance(content, str | int | float), name)
        return Constant(content)
    _require(isinstance(content, str) and bool(_PLACE.search(content)), name)
    return Template(content, tuple(dict.fromkeys(_PLACE.findall(content))))


def _words(name: str, words: Any) -> dict[str, Any]:
    _require(isinstance(words, dict) and all(isinstance(ours, str | int) for ours in words.values()), name)
    return {theirs.strip(): ours for theirs, ours in words.items()}


def _skipped(column: str, values: Any) -> frozenset[str]:
    _require(isinstance(values, list) and all(isinstance(value, str) for value in values), column)
    return frozenset(value.strip() for value in values)


def match_columns(fields: Sequence[Field], heads: Iterable[str]) -> dict[str, tuple[Source, ...]]:
    """The fields that columns of these names mean; where several mean one, the field's order decides."""
    by_word: dict[str, str] = {}
    for head in heads:
        by_word.setdefault(same_word(head), head)
    found: dict[str, tuple[Source, ...]] = {}
    for one in fields:
        options = [option for name in (one.name, *one.aliases) if (option := _named(name, by_word))]
        # Of what composes, one that has more of the same columns says more: with the first name, and not without.
        composed = [set(option.columns) for option in options if isinstance(option, Template)]
        options = [
            option
            for option in options
            if not (isinstance(option, Template) and any(set(option.columns) < more for more in composed))
        ]
        if options:
            found[one.name] = tuple(dict.fromkeys(options))
    return found


def heads_known(fields: Sequence[Field], given: TableMap) -> Callable[[Iterable[str]], int]:
    """How many of these heads mean something here: so the row of heads is told from what stands above it."""

    def count(heads: Iterable[str]) -> int:
        if given.sources is not None:
            return len(given.columns & set(heads))
        return len(match_columns(fields, [head for head in heads if head]))

    return count


def _named(name: str, by_word: Mapping[str, str]) -> Source | None:
    if "{" not in name:
        head = by_word.get(same_word(name))
        return None if head is None else Column(head)
    places = {place: by_word.get(same_word(place)) for place in _PLACE.findall(name)}
    there = {place: head for place, head in places.items() if head is not None}
    if not there:
        return None
    pattern = _PLACE.sub(lambda place: f"{{{there[place.group(1)]}}}" if place.group(1) in there else "", name)
    return Template(pattern, tuple(dict.fromkeys(there.values())))
