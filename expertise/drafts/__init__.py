"""What was somebody writing and has not saved yet? Kept on the server, for its writer alone."""

from expertise.drafts.views import bp

__all__ = ["bp"]
