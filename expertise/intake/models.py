"""A file between its trial and the deed."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from expertise.access.owned import Own
from expertise.base.database import Model
from expertise.base.uploads import Upload


class IntakeFile(Own, Upload, Model):
    """A file that HR or an administrator brings in: kept for a day, before the deed and after it."""

    __tablename__ = "intake_file"

    kind: Mapped[str] = mapped_column(String(20))
    # When its good rows were taken in; what was left out can still be fetched, to be mended.
    taken_at: Mapped[datetime | None]
