"""Where was that note? The index, the reading of text and questions, ranking, and the results page."""

from expertise.search import pairs_views
from expertise.search.views import bp

__all__ = ["bp", "pairs_views"]
