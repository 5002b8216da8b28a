"""Posts, positions and postings: who sat where, from when to when."""

from expertise.posts import absence_views, managing, merging_views, moves
from expertise.posts.views import bp

__all__ = ["absence_views", "bp", "managing", "merging_views", "moves"]
