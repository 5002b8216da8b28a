"""What does a post know on a subject: where it stands, what was promised, who keeps it, and what it once said."""

from expertise.dossiers import attachments, entry_views, keeping_views, moves, panels, pointer_views
from expertise.dossiers.views import bp

__all__ = ["attachments", "bp", "entry_views", "keeping_views", "moves", "panels", "pointer_views"]
