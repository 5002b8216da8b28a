"""What of this room moves when positions or postings are merged."""

from flask_babel import lazy_gettext as _

from expertise.posts.moving import of_position, of_posting
from expertise.rotation.models import Move

of_position.column(Move.position_id, _("Proposed moves"))
of_posting.column(Move.posting_id, _("Proposed moves"))
