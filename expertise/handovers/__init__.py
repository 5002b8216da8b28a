"""What does one holder of a seat leave to the next: the note of a posting, and whether it was understood?"""

from expertise.handovers import (
    attachments,
    beside_views,
    calendar_views,
    history_views,
    importing_views,
    introduction_views,
    letters,
    moves,
    panels,
    post_views,
    taking_views,
    writing_views,
)
from expertise.handovers.views import bp

__all__ = [
    "attachments",
    "beside_views",
    "bp",
    "calendar_views",
    "history_views",
    "importing_views",
    "introduction_views",
    "letters",
    "moves",
    "panels",
    "post_views",
    "taking_views",
    "writing_views",
]
