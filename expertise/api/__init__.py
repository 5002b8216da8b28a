"""What programs may read and write for the person whose token they carry."""

from expertise.api import reading, writing
from expertise.api.describing import bp

__all__ = ["bp", "reading", "writing"]
