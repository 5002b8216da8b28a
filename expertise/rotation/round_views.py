"""Pages of transfer rounds."""

from expertise.access.gate import need
from expertise.rotation.views import bp


@bp.get("/rotation/rounds")
@need("rotation.plan")
def rounds() -> str:
    """The rounds."""
    return ""
