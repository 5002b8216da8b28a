"""How much a file may hold, and what is said when a file cannot be read at all."""

from dataclasses import dataclass
from typing import Any

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds against files made to exhaust the machine; generous for anything that people really keep."""

    # After decompression. The largest set met in practice, 300,000 notes of 3 kB, is just under it.
    file_bytes: int = 1024 * MEBIBYTE
    # All members of an .xlsx together: its texts are held in memory while it is read.
    workbook_bytes: int = 256 * MEBIBYTE
    # Working memory for .xz; `xz -9` needs 65 MiB.
    xz_memory: int = 128 * MEBIBYTE
    rows: int = 1_000_000
    columns: int = 500
    # Characters in one cell. A longer one spoils its row; the reading goes on.
    cell: int = 1_000_000
    # Bytes in one line of JSONL; a longer one spoils its row.
    line_bytes: int = 16 * MEBIBYTE


LIMITS = Limits()


class TableError(Exception):
    """The file or its map cannot be used; `why` is a lazy text for the user."""

    def __init__(self, why: Any, *, row: int | None = None, field: str | None = None, value: Any = None) -> None:
        """Row and field are given where they are known."""
        super().__init__(str(why))
        self.why = why
        self.row = row
        self.field = field
        self.value = value
