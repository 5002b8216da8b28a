"""Who asks: the first argument of every question and verb."""

from dataclasses import dataclass

SYSTEM = "system"


@dataclass(frozen=True)
class Viewer:
    """Who asks, as tokens that meet the readers of a record. posts/ makes one from the postings of today."""

    name: str = ""
    person_id: str | None = None
    account_id: str | None = None
    role: str = ""
    language: str = "en"
    positions: tuple[str, ...] = ()  # held or acted in today, or stood in for
    standing_in: tuple[str, ...] = ()  # those of them whose holder is away, and who hands them to this person meanwhile
    incoming: tuple[str, ...] = ()  # planned
    posts: tuple[str, ...] = ()  # posted at today
    tokens: frozenset[str] = frozenset()
    address: str = ""  # from where

    @property
    def signed_in(self) -> bool:
        """False for somebody at the sign-in page."""
        return self.account_id is not None

    @property
    def is_system(self) -> bool:
        """The command line and the jobs, which act for the installation itself."""
        return SYSTEM in self.tokens


NOBODY = Viewer()


def system(language: str = "en") -> Viewer:
    """The viewer of the command line."""
    return Viewer(name="system", role=SYSTEM, language=language, tokens=frozenset({SYSTEM, "all"}), address=SYSTEM)
