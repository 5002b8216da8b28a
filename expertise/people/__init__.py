"""Staff, their accounts and their sessions: who is this, and may they come in."""

from expertise.people import letters, managing, token_views
from expertise.people.views import bp

__all__ = ["bp", "letters", "managing", "token_views"]
