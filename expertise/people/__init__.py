"""Staff, their accounts and their sessions: who is this, and may they come in."""

from expertise.people import letters, managing, organisation_views, second_views, token_views
from expertise.people.views import bp

__all__ = ["bp", "letters", "managing", "organisation_views", "second_views", "token_views"]
