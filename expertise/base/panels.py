"""Places on a page where rooms above show something of theirs: the only indirection between rooms.

The room that owns a page names its places (posts/panels.py has `on_post`, domains/panels.py has `on_domain`) and
draws what they give with `parts/panels.html`. A room above registers a function, in its own panels.py:

    @on_post.panel("dossiers", order=10)
    def dossiers_of_post(viewer: Viewer, post: Post) -> Panel | None:
        rows = queries.dossiers_at(viewer, post)
        return Panel("dossiers/_on_post.html", rows=rows)

Its template sees the whole page's context, and what the panel holds as `panel.rows`. It draws one `<section>` with
its own heading. None leaves the place empty. A panel shows what *this viewer* may see: the function asks its room's
own questions, which judge. It must not make more queries when there are more rows.

Most records have nothing of most rooms. A room that can say in one condition whether it has something registers with
`panel_where`, and its function is told whether that holds; a page asks all such conditions in one query:

    @on_dossier.panel_where("pointers", exists().where(DossierPointer.dossier_id == RECORD), order=80)
    def pointers_on_page(viewer: Viewer, dossier: Dossier, there: bool) -> Panel | None:

The condition only spares a question: it does not judge.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, select

from expertise.base.database import session

# What a condition may name: the id of the record that the page shows, and of who looks ("" for nobody in particular).
RECORD = bindparam("record", type_=String())
LOOKER = bindparam("looker", type_=String())


class Panel:
    """What a room shows: a template, and what it needs as attributes; `side` puts it in the side column."""

    def __init__(self, template: str, *, side: bool = False, **shown: Any) -> None:
        """`shown` is what the template reads as `panel.<name>`."""
        self.template = template
        self.side = side
        for name, value in shown.items():
            setattr(self, name, value)


# (viewer, record) -> what to show. The viewer is an access.viewer.Viewer; base knows no room, not even that one.
Show = Callable[[Any, Any], Panel | None]
# The same, told whether its condition holds.
ShowWhere = Callable[[Any, Any, bool], Panel | None]


@dataclass(frozen=True, eq=False)
class _Entry:
    name: str
    order: int
    show: Any
    where: ColumnElement[bool] | None = None


class Place:
    """A place on a page, filled by name."""

    def __init__(self, name: str) -> None:
        """The name is for messages."""
        self.name = name
        self._entries: dict[str, _Entry] = {}

    def panel(self, name: str, *, order: int) -> Callable[[Show], Show]:
        """Register a function; lower orders come first. A name is taken once."""

        def register(show: Show) -> Show:
            self._add(_Entry(name, order, show))
            return show

        return register

    def panel_where(self, name: str, where: ColumnElement[bool], *, order: int) -> Callable[[ShowWhere], ShowWhere]:
        """The same for a function that is told whether `where` holds, a condition on RECORD and LOOKER."""

        def register(show: ShowWhere) -> ShowWhere:
            self._add(_Entry(name, order, show, where))
            return show

        return register

    def _add(self, entry: _Entry) -> None:
        if entry.name in self._entries:
            raise ValueError(f"{self.name} has a panel {entry.name} already")
        self._entries[entry.name] = entry

    def in_order(self) -> list[_Entry]:
        """What is registered."""
        return sorted(self._entries.values(), key=lambda entry: (entry.order, entry.name))

    def shown(self, viewer: Any, thing: Any) -> list[Panel]:
        """The panels of a record for this viewer, in order."""
        (panels,) = shown_at([self], viewer, thing)
        return panels


def shown_at(places: Sequence[Place], viewer: Any, thing: Any) -> list[list[Panel]]:
    """What stands in each of these places of one page, with one query for all their conditions."""
    entries = [place.in_order() for place in places]
    conditional = tuple(one for at in entries for one in at if one.where is not None)
    holds: dict[_Entry, bool] = {}
    if conditional:
        about = {"record": thing.id, "looker": viewer.person_id or ""}
        holds = dict(zip(conditional, session().execute(_asking(conditional), about).one(), strict=True))
    shown = ([one.show(viewer, thing, *([holds[one]] if one in holds else [])) for one in at] for at in entries)
    return [[panel for panel in at if panel is not None] for at in shown]


@cache
def _asking(entries: tuple[_Entry, ...]) -> Select[Any]:
    """Made once: making it takes longer than asking it."""
    conditions = [one.where for one in entries if one.where is not None]
    labelled: list[Any] = [one.label(f"there_{number}") for number, one in enumerate(conditions)]
    return select(*labelled)


@dataclass(frozen=True)
class Fact:
    """A cell: a text, with a mark of parts/marks.html, a link and a second line where there is one.

    With an `endpoint` another link, called `title`, stands under it; its address is made of the `arguments` and of what
    the page adds, such as the dossier that it shows.
    """

    text: str
    mark: str = ""
    url: str = ""
    small: str = ""
    title: str = ""
    endpoint: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A column: its head, and the cells by the id of what stands in the row. A row without one gets a dash."""

    head: str
    cells: Mapping[str, Fact]
    figures: bool = False


# (viewer, what stands in the rows) -> the column, or none at all.
Fill = Callable[[Any, Sequence[Any]], Column | None]


@dataclass(frozen=True)
class Columns:
    """Columns of a table, filled by name, in order."""

    name: str
    _entries: dict[str, tuple[int, Fill]] = field(default_factory=dict)

    def column(self, name: str, *, order: int) -> Callable[[Fill], Fill]:
        """Register a function. A name is taken once."""
        if name in self._entries:
            raise ValueError(f"{self.name} has a column {name} already")

        def register(fill: Fill) -> Fill:
            self._entries[name] = (order, fill)
            return fill

        return register

    def filled(self, viewer: Any, rows: Sequence[Any]) -> list[Column]:
        """The columns for this viewer."""
        entries = sorted(self._entries.items(), key=lambda entry: (entry[1][0], entry[0]))
        columns = (fill(viewer, rows) for _name, (_order, fill) in entries)
        return [column for column in columns if column is not None]
