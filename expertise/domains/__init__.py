"""The tree of themes that people become expert in, and its words in Dutch, English and French."""

from expertise.domains import moves
from expertise.domains.views import bp

__all__ = ["bp", "moves"]
