"""What is kept of people, for what and how long; and a copy or an end of it, for members of staff who left."""

from expertise.privacy import holdings
from expertise.privacy.views import bp

__all__ = ["bp", "holdings"]
