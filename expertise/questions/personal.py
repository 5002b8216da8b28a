"""What questions hold of a contact: names in texts. contacts/following.py says what this is for."""

from collections.abc import Iterable
from typing import Any

from expertise.access.viewer import Viewer
from expertise.base.findable import tell_search
from expertise.base.striking import strike_in
from expertise.questions.models import Question, QuestionStep

TEXTS = ("title", "body", "answer")


class Mentions:
    """Questions are linked to no contact; they may name one."""

    def move(self, _lost: str, _kept: str) -> list[str]:
        """Nothing hangs on one."""
        return []

    def put_back(self, _moved: list[str], _lost: str, _kept: str) -> None:
        """Nothing was moved."""

    def give(self, _viewer: Viewer, _contact_id: str) -> dict[str, Any]:
        """Nothing is kept of one."""
        return {}

    def forget(self, _contact_id: str, names: Iterable[str]) -> int:
        """Their name goes from questions, answers and reasons; what was filed is struck where it was filed."""
        listed = list(names)
        questions, steps = strike_in(Question, TEXTS, listed), strike_in(QuestionStep, ("why",), listed)
        for one in questions:
            tell_search("question", one.id)
        return len(questions) + len(steps)
