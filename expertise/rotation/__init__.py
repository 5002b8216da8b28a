"""Who leaves when, what is lost with them, and what a round of transfers would do?"""

from expertise.rotation import moves, risk_views, round_views, upload_views
from expertise.rotation.views import bp

__all__ = ["bp", "moves", "risk_views", "round_views", "upload_views"]
