"""What a question or a verb may answer instead of doing it. The door turns each into the right page."""

from typing import Any


class NotFound(Exception):
    """It is not there, or this viewer may not know that it is: the two look the same (404)."""


class Refused(Exception):
    """The rules of the subject do not allow this; the message is for the user, at `field` where one is named."""

    def __init__(self, message: Any, field: str | None = None) -> None:
        """Message is a lazy text."""
        super().__init__(str(message))
        self.message = message
        self.field = field


class Taken(Refused):
    """Another record has what one record alone may have, such as an external id."""


class Over(Refused):
    """Nothing is changed here any more. Whoever only looks is led to `leads_to`; whoever sent something reads why."""

    def __init__(self, message: Any, leads_to: str) -> None:
        """Message is a lazy text."""
        super().__init__(message)
        self.leads_to = leads_to


class Conflict(Exception):
    """Somebody else changed the record first; carries theirs so that the loser sees both texts."""

    def __init__(self, theirs: Any) -> None:
        """`theirs` is the record as it now stands."""
        super().__init__("changed by somebody else")
        self.theirs = theirs
