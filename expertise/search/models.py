"""The tables of search: the vocabulary across languages, and what people searched lately. The index is no table."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from expertise.base.database import Identified, Model, Recorded

LONGEST_TERM = 100
LONGEST_QUERY = 200
LONGEST_EXAMPLE = 160
WAITING, ACCEPTED, REJECTED = STATES = ("waiting", "accepted", "rejected")


class VocabularyPair(Identified, Recorded, Model):
    """A word and one that may stand for it in another language, learnt or added by hand; used once accepted."""

    __tablename__ = "vocabulary_pair"
    __table_args__ = (
        UniqueConstraint("language", "term", "target_language", "target_term"),
        # As the list asks: a state, the surest first, and then the words, which it also looks through.
        Index("ix_vocabulary_pair_state", "state", "sure", "word", "target_word"),
        Index("ix_vocabulary_pair_languages", "state", "language", "target_language", "sure", "word", "target_word"),
        # What a hit was found by ("Not right?").
        Index("ix_vocabulary_pair_target_term", "target_term", "state", "sure", "word", "target_word"),
        # What was judged in one act, and for search whether anything was since.
        Index("ix_vocabulary_pair_judged_at", "state", "judged_at"),
        CheckConstraint("language IN ('nl','en','fr') AND target_language IN ('nl','en','fr')", name="language"),
        CheckConstraint("state IN ('waiting','accepted','rejected')", name="state"),
    )

    language: Mapped[str] = mapped_column(String(2))
    term: Mapped[str] = mapped_column(String(LONGEST_TERM))
    word: Mapped[str] = mapped_column(String(LONGEST_TERM))
    target_language: Mapped[str] = mapped_column(String(2))
    target_term: Mapped[str] = mapped_column(String(LONGEST_TERM))
    target_word: Mapped[str] = mapped_column(String(LONGEST_TERM))
    sure: Mapped[float] = mapped_column(Float)  # 0 to 1
    together: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # aligned texts with both; 0: by hand
    # A piece of one aligned text around the word, and of its translation; empty where none is kept.
    example: Mapped[str] = mapped_column(String(LONGEST_EXAMPLE), default="", server_default=text("''"))
    target_example: Mapped[str] = mapped_column(String(LONGEST_EXAMPLE), default="", server_default=text("''"))
    state: Mapped[str] = mapped_column(String(8), default=WAITING, server_default=text("'waiting'"))
    before: Mapped[str] = mapped_column(String(8), default=WAITING, server_default=text("'waiting'"))  # to undo
    judged_at: Mapped[datetime | None]
    judged_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)  # none: on the command line


class RecentSearch(Model):
    """What a person searched; theirs alone."""

    __tablename__ = "recent_search"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    text: Mapped[str] = mapped_column(String(LONGEST_QUERY), primary_key=True)
    searched_at: Mapped[datetime]
