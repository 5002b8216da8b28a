"""Who knows about X, why do we think so, and what do those people have to say about that?"""

from expertise.experts import answers, moves, observed, panels, who_views
from expertise.experts.views import bp

__all__ = ["answers", "bp", "moves", "observed", "panels", "who_views"]
