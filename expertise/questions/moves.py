"""What of this room moves when posts or positions are merged."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.base.findable import tell_search_of
from expertise.posts.models import Position
from expertise.posts.moving import of_position, of_post
from expertise.questions.models import Question, SearchMiss

of_position.column(Question.position_id, _("Questions put to its holders"))
of_post.column(SearchMiss.post_id, _("Searches without a result"), once_per=(SearchMiss.words, SearchMiss.on))


@of_position.also
def tell_questions(stays: str, _gone: str) -> None:
    """Who may answer a question follows from its position."""
    tell_search_of("question", select(Question.id).where(Question.position_id == stays))


@of_post.tells
def tell_questions_at_post(post_id: str) -> None:
    """A question is found by the code of the post to which it was put."""
    seats = select(Position.id).where(Position.post_id == post_id)
    tell_search_of("question", select(Question.id).where(Question.position_id.in_(seats)))
