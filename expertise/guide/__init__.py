"""Help: what people do here, told in their words, in both languages. The texts stand in texts/<language>/."""

from expertise.guide.views import bp

__all__ = ["bp"]
