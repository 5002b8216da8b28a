"""What the child says of a file: what it is and what stands in it, or why it is refused."""

from dataclasses import dataclass, field

# Characters of text in all; more can be no document that people wrote, and would not fit through the pipe.
MOST_TEXT = 30_000_000
# How deep a file may stand in a file: a chart's table in slides, a document in a mail.
DEEPEST = 2


class No(Exception):
    """The file is refused; `code` is a key of words.REASONS."""

    def __init__(self, code: str) -> None:
        """One word for the reason."""
        super().__init__(code)
        self.code = code


@dataclass
class Verdict:
    """A file that is taken."""

    kind: str
    text: str = ""
    about: list[str] = field(default_factory=list)  # title, author, comments
    hidden: str = ""  # what stands behind the pages: looked at for marks, not searched
    pages: int = 0  # of how many a picture can be drawn
    partial: bool = False  # something in it could not be read


class Text:
    """Gathers text up to the limit."""

    def __init__(self) -> None:
        """Empty."""
        self._parts: list[str] = []
        self._length = 0

    def add(self, part: str | None) -> None:
        """A piece of it; raises No where it becomes too much."""
        if not part:
            return
        self._length += len(part)
        if self._length > MOST_TEXT:
            raise No("bomb")
        self._parts.append(part)

    def __str__(self) -> str:
        return "".join(self._parts)
