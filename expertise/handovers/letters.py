"""The letters of this room: reminders. What they say is what is still to be done at the moment of sending."""

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from expertise.base import clock
from expertise.base.database import session
from expertise.base.mail import Letter, Outgoing, letter, the_post
from expertise.handovers.models_beside import Reminded
from expertise.handovers.reminders import INSTEAD, still_due
from expertise.handovers.service import find_note
from expertise.people.models import Account
from expertise.posts.models import Posting


@letter("reminder")
def reminder(row: Outgoing) -> Letter | None:
    """Your posting ends, or you have been here for two weeks, or for three months."""
    account, reminded = session().get(Account, row.account_id), session().get(Reminded, row.record_id)
    if account is None or account.shut_on(clock.today()) or account.mail == "none":
        return None
    if reminded is None or not still_due(reminded):
        return None
    posting = session().get_one(Posting, reminded.posting_id)
    note = find_note(posting)
    path = f"/handovers/{note.id}" if note is not None else f"/postings/{posting.id}/handover"
    if note is not None:
        path += {"score": "/score", INSTEAD: "/freeze"}.get(reminded.kind, "")
    language = account.language or current_app.config["LANGUAGES"][0]
    with force_locale(language):
        position = posting.position.title(language)
        text = render_template(
            "mail/reminder.txt",
            account=account,
            kind=reminded.kind,
            on=reminded.on,
            left=(reminded.on - clock.today()).days,
            leaver=posting.person.name,
            position=position,
            url=f"{the_post().address}{path}",
            address=the_post().address,
        )
        subject = _("Your handover as %(position)s", position=position)
        if not reminded.kind.startswith("leaves"):
            subject = _("The handover of %(name)s", name=posting.person.name)
        return Letter(account.email, subject[:150], text)
