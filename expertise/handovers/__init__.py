"""What does one holder of a seat leave to the next: the note of a posting, and whether it was understood?"""

from expertise.handovers import attachments, history_views, introduction_views, moves, panels, writing_views
from expertise.handovers.views import bp

__all__ = ["attachments", "bp", "history_views", "introduction_views", "moves", "panels", "writing_views"]
