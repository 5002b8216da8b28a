"""The letters of this room: an invitation, whose link is made as it is sent and stored nowhere."""

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from expertise.base import clock
from expertise.base.database import session
from expertise.base.mail import Letter, Outgoing, letter, the_post
from expertise.people import passwords
from expertise.people.models import Account


@letter("invitation")
def invitation(row: Outgoing) -> Letter | None:
    """The link with which somebody sets their first password; nothing where it was withdrawn or is no longer needed."""
    account = session().get(Account, row.account_id)
    if (
        account is None
        or not passwords.in_use()
        or account.password_hash
        or not account.invited_on(clock.now())
        or account.shut_on(clock.today())
    ):
        return None
    token = passwords.new_token()
    account.invitation_hash = passwords.hash_token(token)
    with force_locale(account.language or current_app.config["LANGUAGES"][0]):
        text = render_template("mail/invitation.txt", account=account, link=f"{the_post().address}/invitation/{token}")
        return Letter(account.email, _("Your account at Expertise"), text)


@letter("second_factor")
def second_factor(row: Outgoing) -> Letter | None:
    """That a second factor was switched on or off, and by whom: whoever did not do it themselves must know."""
    account = session().get(Account, row.account_id)
    if account is None or account.shut_on(clock.today()):
        return None
    with force_locale(account.language or current_app.config["LANGUAGES"][0]):
        text = render_template("mail/second_factor.txt", account=account, what=row.record_id, at=row.noted_at)
        return Letter(account.email, _("The second factor of your account at Expertise"), text)
