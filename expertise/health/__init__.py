"""Whether this installation is well: what machines ask, and what the doctor tells its administrator."""

from expertise.health.views import bp

__all__ = ["bp"]
