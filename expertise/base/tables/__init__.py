"""Tables from and to files: read, mapped, cleaned and reported on; written so that they can be read again."""

from expertise.base.tables.batches import in_chunks, load_in_batches, reason_for
from expertise.base.tables.dates import PartialDate, as_known, read_date, text_as_known
from expertise.base.tables.faults import faulty_rows, place_of, refuse_marked, shown_of
from expertise.base.tables.fields import Field, Type
from expertise.base.tables.importing import Kind, Row, run_import
from expertise.base.tables.limits import LIMITS, Limits, TableError
from expertise.base.tables.mapping import TableMap, read_map
from expertise.base.tables.reading import open_table
from expertise.base.tables.report import Note, Report
from expertise.base.tables.trying import try_import
from expertise.base.tables.writing import FORMS, run_export, write_rows

__all__ = [
    "FORMS",
    "LIMITS",
    "Field",
    "Kind",
    "Limits",
    "Note",
    "PartialDate",
    "Report",
    "Row",
    "TableError",
    "TableMap",
    "Type",
    "as_known",
    "faulty_rows",
    "in_chunks",
    "load_in_batches",
    "open_table",
    "place_of",
    "read_date",
    "read_map",
    "reason_for",
    "refuse_marked",
    "run_export",
    "run_import",
    "shown_of",
    "text_as_known",
    "try_import",
    "write_rows",
]
