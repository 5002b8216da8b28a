"""The letters of this room: one to whoever is asked, one to whoever asked. Of the text only the one line."""

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from expertise.access.rules import allowed
from expertise.base import clock
from expertise.base.database import session
from expertise.base.mail import Letter, Outgoing, letter, the_post
from expertise.people.models import Account
from expertise.posts.viewers import viewer_for
from expertise.questions.models import Question


@letter("question")
def to_the_asked(row: Outgoing) -> Letter | None:
    """Somebody asks you something."""
    question = session().get(Question, row.record_id)
    if question is None or not question.waiting:
        return None
    return _letter(row, question, "question.refuse", answered=False)


@letter("answer")
def to_the_asker(row: Outgoing) -> Letter | None:
    """There is an answer to what you asked."""
    question = session().get(Question, row.record_id)
    if question is None or question.state != "answered":
        return None
    return _letter(row, question, "question.withdraw", answered=True)


def _letter(row: Outgoing, question: Question, action: str, *, answered: bool) -> Letter | None:
    account = session().get(Account, row.account_id)
    if account is None or account.shut_on(clock.today()) or account.mail == "none":
        return None
    language = account.language or current_app.config["LANGUAGES"][0]
    if not allowed(viewer_for(account, language), action, question):
        return None
    with force_locale(language):
        text = render_template(
            "mail/question.txt", account=account, question=question, answered=answered, address=the_post().address
        )
        subject = _("Answered: %(title)s", title=question.title[:120])
        if not answered:
            subject = _("A question for you: %(title)s", title=question.title[:120])
        return Letter(account.email, subject, text)
