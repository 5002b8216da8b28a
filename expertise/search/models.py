"""The tables of search: the vocabulary across languages, and what people searched lately. The index is no table."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from expertise.base.database import Identified, Model, Recorded

LONGEST_TERM = 100
LONGEST_QUERY = 200


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


class RecentSearch(Model):
    """What a person searched; theirs alone."""

    __tablename__ = "recent_search"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    text: Mapped[str] = mapped_column(String(LONGEST_QUERY), primary_key=True)
    searched_at: Mapped[datetime]
