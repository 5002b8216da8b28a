"""Posts, positions and postings: who sat where, from when to when."""

from expertise.posts import managing
from expertise.posts.views import bp

__all__ = ["bp", "managing"]
