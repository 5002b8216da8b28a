"""Which files belong to a record, who may read them, what stands in them, and is what we keep whole?"""

from expertise.files.views import bp

__all__ = ["bp"]
