"""How does this installation stand: its settings, its jobs, its mail and its index; and the way to what HR keeps."""

from expertise.admin.views import bp

__all__ = ["bp"]
