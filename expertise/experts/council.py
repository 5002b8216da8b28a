"""Works-council mode: what the application never does with what it knows of people. On unless it is switched off.

While it is on
- an account of personnel sees what people declare of themselves and nothing that was observed of them, in no order
  but that of names, without scores or counts, on every page, in search, in exports and from the command line;
- a report counts people only in groups of five or more (base/small_groups.py), ranks none, and has its purpose printed
  on it.
"""

from expertise.access.rules import allowed
from expertise.access.viewer import Viewer
from expertise.base.small_groups import is_on


def shows_observed(viewer: Viewer, person_id: str | None = None) -> bool:
    """Whether this viewer may see what was observed of people (of this one), and an order among them."""
    own = person_id is not None and person_id == viewer.person_id
    return own or allowed(viewer, "expertise.observed") or not is_on()
