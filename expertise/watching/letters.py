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
from expertise.watching.searches import FreshFinds, fresh_finds
from expertise.watching.service import tell
from expertise.watching.words import in_words


class _Told:
    """Runs once the letter has left."""

    def __init__(self, changes: Sequence[Change], finds: Sequence[FreshFinds]) -> None:
        self.moment = clock.now()
        self.told = [(one.watch, one.dossier.version, one.dossier.status == "archived") for one in changes]
        self.named = [(one.search, list(one.search.fresh)) for one in finds]

    def __call__(self) -> None:
        for watch, version, closed in self.told:
            tell(watch, self.moment, version, closed=closed)
        for search, fresh in self.named:
            search.told = fresh


@letter("watch")
def of_one(row: Outgoing) -> Letter | None:
    """What changed in one dossier."""
    return _letter(row, "at_once", dossier_id=row.record_id)


@letter("search")
def of_searches(row: Outgoing) -> Letter | None:
    """What the searches found that somebody watches."""
    return _letter(row, "at_once", dossiers=False)


@letter("digest")
def of_all(row: Outgoing) -> Letter | None:
    """What changed in all that somebody watches."""
    return _letter(row, "daily")


def _letter(row: Outgoing, wanted: str, *, dossier_id: str | None = None, dossiers: bool = True) -> Letter | None:
    account = session().get(Account, row.account_id)
    if account is None or account.shut_on(clock.today()) or account.mail != wanted:
        return None
    language = account.language or current_app.config["LANGUAGES"][0]
    viewer = viewer_for(account, language)
    rows = [one for one in watched(viewer) if dossier_id in (None, one.dossier_id)] if dossiers else []
    changes = [one for one in changes_of(viewer, rows, untold=True) if one]
    finds = [one for one in fresh_finds(viewer, untold=True) if one] if dossier_id is None else []
    if not changes and not finds:
        return None
    with force_locale(language):
        text = render_template(
            "mail/watch.txt",
            account=account,
            changes=changes,
            finds=finds,
            in_words=in_words,
            address=the_post().address,
        )
        return Letter(account.email, _subject(changes, finds), text, _Told(changes, finds))


def _subject(changes: Sequence[Change], finds: Sequence[FreshFinds]) -> str:
    if not changes:
        return _("Found: %(search)s", search=finds[0].search.text[:120] or _("everything"))
    if len(changes) == 1:
        return _("Changed: %(dossier)s", dossier=changes[0].dossier.title[:120])
    return ngettext("%(num)s dossier changed", "%(num)s dossiers changed", len(changes))
