"""The letters of this room. What they say is what the reader may see at the moment of sending."""

from collections.abc import Sequence

from flask import current_app, render_template
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from expertise.base import clock
from expertise.base.database import session
from expertise.base.mail import Letter, Outgoing, letter, the_post
from expertise.people.models import Account
from expertise.posts.viewers import viewer_for
from expertise.watching.queries import Change, changes_of, watched
from expertise.watching.service import tell
from expertise.watching.words import in_words


class _Told:
    """Runs once the letter has left."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.moment = clock.now()
        self.told = [(one.watch, one.dossier.version, one.dossier.status == "archived") for one in changes]

    def __call__(self) -> None:
        for watch, version, closed in self.told:
            tell(watch, self.moment, version, closed=closed)


@letter("watch")
def of_one(row: Outgoing) -> Letter | None:
    """What changed in one dossier."""
    return _letter(row, "at_once", row.record_id)


@letter("digest")
def of_all(row: Outgoing) -> Letter | None:
    """What changed in all that somebody watches."""
    return _letter(row, "daily", None)


def _letter(row: Outgoing, wanted: str, dossier_id: str | None) -> Letter | None:
    account = session().get(Account, row.account_id)
    if account is None or account.shut_on(clock.today()) or account.mail != wanted:
        return None
    language = account.language or current_app.config["LANGUAGES"][0]
    viewer = viewer_for(account, language)
    rows = [one for one in watched(viewer) if dossier_id in (None, one.dossier_id)]
    changes = [one for one in changes_of(viewer, rows, untold=True) if one]
    if not changes:
        return None
    with force_locale(language):
        text = render_template(
            "mail/watch.txt", account=account, changes=changes, in_words=in_words, address=the_post().address
        )
        if len(changes) == 1:
            subject = _("Changed: %(dossier)s", dossier=changes[0].dossier.title[:120])
        else:
            subject = ngettext("%(num)s dossier changed", "%(num)s dossiers changed", len(changes))
        return Letter(account.email, subject, text, _Told(changes))
