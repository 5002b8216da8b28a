"""A file that somebody brings in, between its trial and the deed: what every room keeps of it, for a day at most."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import JSON, LargeBinary, String, delete
from sqlalchemy.orm import Mapped, mapped_column

from expertise.base import clock
from expertise.base.database import Identified, session
from expertise.base.errors import NotFound
from expertise.base.tables import Report, refuse_marked

# A file that nobody came back for.
KEPT_FOR = timedelta(hours=24)


class Upload(Identified):
    """The file as it came, and what its trial said."""

    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(default=clock.now)


Kept = TypeVar("Kept", bound=Upload)


def keep(upload: Kept, report: Report, **more: Any) -> Kept:
    """Keep a file and what its trial said; one with a mark of a state secret is refused, and old ones go."""
    refuse_marked(report)
    kind = type(upload)
    session().execute(delete(kind).where(kind.at < clock.now() - KEPT_FOR))
    # The end of a long name tells the form of the file.
    upload.name = upload.name[-200:]
    upload.report = report.told() | more
    session().add(upload)
    session().flush()
    return upload


def find_upload(kind: type[Kept], upload_id: str) -> Kept:
    """One that waits, before it is judged who asks; NotFound where its day is over."""
    found = session().get(kind, upload_id)
    if found is None or found.at < clock.now() - KEPT_FOR:
        raise NotFound(upload_id)
    return found
