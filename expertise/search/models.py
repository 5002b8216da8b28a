"""Tables of search: the vocabulary across languages, and what people search again. The index is no table."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from expertise.base.database import Identified, Model, Recorded

LONGEST_TERM = 100


class VocabularyPair(Identified, Recorded, Model):
    """A word and one that may stand for it in another language, learnt from translations; used once accepted."""

    __tablename__ = "vocabulary_pair"
    __table_args__ = (
        UniqueConstraint("language", "term", "target_language", "target_term"),
        Index("ix_vocabulary_pair_accepted_at", "accepted_at"),
        CheckConstraint("language IN ('nl','en','fr') AND target_language IN ('nl','en','fr')", name="language"),
    )

    language: Mapped[str] = mapped_column(String(2))
    term: Mapped[str] = mapped_column(String(LONGEST_TERM))
    word: Mapped[str] = mapped_column(String(LONGEST_TERM))
    target_language: Mapped[str] = mapped_column(String(2))
    target_term: Mapped[str] = mapped_column(String(LONGEST_TERM))
    target_word: Mapped[str] = mapped_column(String(LONGEST_TERM))
    sure: Mapped[float] = mapped_column(Float)  # 0 to 1
    accepted_at: Mapped[datetime | None]


class SavedSearch(Identified, Recorded, Model):
    """A search that somebody does again, and what it found when they last looked."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("account_id", "address"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(600))  # the arguments of the page, as in its address
    alert: Mapped[bool] = mapped_column(default=True)  # what is new stands on the desk
    seen: Mapped[list[Any]] = mapped_column(JSON, default=list)  # keys of what was there
    seen_at: Mapped[datetime]
