"""A kind without a room: what is imported stands in a dict."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from expertise.base.tables import Field, Kind, Report, Row, Type, run_import

FIELDS = (
    Field("external_id", needed=True, example="p-1"),
    Field("name", needed=True, example="Jan de Vries", aliases=("naam",)),
    Field("body", Type.LONGTEXT),
    Field("start", Type.DATE, aliases=("begin", "van")),
    Field("rank", Type.INTEGER),
    Field("local", Type.BOOLEAN),
    Field("email", Type.EMAIL, aliases=("e-mail",)),
    Field("phone"),
    Field("language", Type.LANGUAGE),
    Field("country", Type.COUNTRY, aliases=("land",)),
    Field("tags", Type.LIST),
    Field("status", Type.CHOICE, choices={"held": ("vervuld",), "never_served": ("nooit begonnen",)}),
)


class Store:
    """Records by external id, loaded as a room would."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.kind = Kind("things", FIELDS, self.load, self.dump)

    def load(self, _viewer: Any, rows: Iterator[Row], report: Report) -> None:
        """Find or make."""
        for row in rows:
            known = self.records.get(row["external_id"])
            if known is None:
                report.new(row)
            elif known == {**known, **row.values}:
                report.unchanged(row)
            else:
                report.changed(row)
            self.records[row["external_id"]] = {**(known or {}), **row.values}

    def dump(self, _viewer: Any) -> Iterator[Mapping[str, Any]]:
        """By external id."""
        for key in sorted(self.records):
            yield self.records[key]

    def take(self, content: str | bytes, name: str = "things.csv", **options: Any) -> Report:
        """Import a file's content."""
        data = content.encode() if isinstance(content, str) else content
        if isinstance(options.get("map_file"), str):
            options["map_file"] = BytesIO(options["map_file"].encode())
        return run_import(self.kind, None, BytesIO(data), name=name, **options)


def whys(report: Report) -> list[tuple[int | None, str | None, str]]:
    """Row, field and reason of each note."""
    return [(note.row, note.field, str(note.why)) for note in report.rows]
