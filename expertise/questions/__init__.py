"""Whom do I ask, and what was answered? Each question is asked once; its answer stands where it belongs."""

from expertise.questions import asking_views, letters, moves, panels
from expertise.questions.views import bp

__all__ = ["asking_views", "bp", "letters", "moves", "panels"]
