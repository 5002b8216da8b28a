"""Does a career inside one domain keep expertise better: what a pilot tries, what it shows, and what was decided?"""

from expertise.pilots import following_views, moves, panels
from expertise.pilots.views import bp

__all__ = ["bp", "following_views", "moves", "panels"]
