"""The desk: what waits for me, and what changed. Gathers from the rooms below; has no verbs."""

from expertise.home.views import bp

__all__ = ["bp"]
