"""The table of search: the vocabulary across languages. The index is no table."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, Index, String, UniqueConstraint
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
