"""Who do we know outside the ministry, who of us keeps that relation, and how is it?"""

from expertise.contacts import attachments, moves
from expertise.contacts.views import bp

__all__ = ["attachments", "bp", "moves"]
