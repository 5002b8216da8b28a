"""What do I follow, and what changed there since I last looked?"""

from expertise.watching import letters, panels
from expertise.watching.views import bp

__all__ = ["bp", "letters", "panels"]
