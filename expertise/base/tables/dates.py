"""Dates that may be known to the day, the month or the year only."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Literal, cast

Precision = Literal["day", "month", "year"]

_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[T ]\d{2}:\d{2}\S*)?")
# The day comes first, as in all of Europe: 03/04/2026 is the third of April.
_DAY_FIRST = re.compile(r"(?:(\d{1,2})[-/.])?(\d{1,2})[-/.](\d{4})(?: \d{1,2}:\d{2}\S*)?")


@dataclass(frozen=True, order=True, slots=True)
class PartialDate:
    """A date with no more precision than is known; `date` is the first day that it can mean."""

    date: dt.date
    precision: Precision = "day"

    @property
    def latest(self) -> dt.date:
        """The last day that it can mean: 2009-01 is at the latest 31 January 2009."""
        if self.precision == "year":
            return self.date.replace(month=12, day=31)
        if self.precision == "month":
            return self.date.replace(day=calendar.monthrange(self.date.year, self.date.month)[1])
        return self.date

    def __str__(self) -> str:
        """ISO 8601, cut to what is known: 2026-11-23, 2026-11 or 2026."""
        return self.date.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]


def as_known(day: dt.date | None, precision: str) -> PartialDate | None:
    """A day as a record keeps it, beside how much of it is known: day, month or year."""
    return PartialDate(day, cast("Precision", precision)) if day else None


def text_as_known(day: dt.date | None, precision: str) -> str | None:
    """The same as programs get it: 2026-11-23, 2026-11 or 2026."""
    known = as_known(day, precision)
    return str(known) if known else None


def read_date(raw: Any) -> PartialDate:
    """A date from text, a spreadsheet's date or a year as a number; ValueError if it is none."""
    if isinstance(raw, dt.datetime):
        return PartialDate(raw.date())
    if isinstance(raw, dt.date):
        return PartialDate(raw)
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise ValueError(f"no date: {raw!r}")
    text = str(raw).strip()
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise ValueError(f"no date: {text!r}")
    precision: Precision = "day" if day else "month" if month else "year"
    return PartialDate(dt.date(int(year), int(month or 1), int(day or 1)), precision)
