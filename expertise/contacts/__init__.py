"""Who do we know outside the ministry, who of us keeps that relation, and how is it?"""

from expertise.contacts import attachments, interaction_views, moves, panels, review_views, upload_views
from expertise.contacts.views import bp

__all__ = ["attachments", "bp", "interaction_views", "moves", "panels", "review_views", "upload_views"]
