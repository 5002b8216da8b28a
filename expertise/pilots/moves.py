"""What of this room moves when two domains are merged; what a pilot fixed before that is remembered."""

from flask_babel import lazy_gettext as _

from expertise.domains.moving import of_domain
from expertise.pilots.models import Pilot

of_domain.column(Pilot.domain_id, _("Pilots in it"))
of_domain.column(Pilot.comparison_domain_id, _("Pilots that compare with it"))
