"""Verbs on dossiers: open, change, verify, close; who keeps them and who reads them. Entries have entry_service.py."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.access.rules import allowed, require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import claim, refusing, session
from expertise.base.errors import NotFound, Refused
from expertise.base.findable import tell_search, tell_search_of
from expertise.base.languages import detect
from expertise.contacts.models import Contact
from expertise.domains.models import Domain
from expertise.dossiers.models import (
    DOSSIER_TEXTS,
    LANGUAGES,
    MARKINGS,
    REACHES,
    URGENCIES,
    Dossier,
    DossierReader,
    DossierRevision,
    DossierShare,
    Entry,
    Stewardship,
    readers_of,
    restored,
    snapshot,
)
from expertise.posts.models import Position, Post

TAKEN: dict[str, tuple[str, Any]] = {
    "uq_dossier_external_id": ("external_id", _("Another dossier has this external id.")),
    "uq_stewardship_dossier_id_position_id": ("position", _("This position keeps this dossier already.")),
    "uq_dossier_share_dossier_id_position_id": ("position", _("It is shared with this position already.")),
    "uq_dossier_share_dossier_id_post_id": ("post", _("It is shared with this post already.")),
}


def open_dossier(
    viewer: Viewer,
    *,
    title: str,
    position: Position | None = None,
    from_on: dt.date | None = None,
    reach: str = "open",
    language: str | None = None,
    posts: Iterable[Post] = (),
    domains: Iterable[Domain] = (),
    external_id: str | None = None,
    **texts: Any,
) -> Dossier:
    """Open a dossier, kept by a position that the viewer holds; its post is involved. `texts` are DOSSIER_TEXTS."""
    require(viewer, "dossier.open")
    if position is not None:
        require(viewer, "dossier.keep_for", position)
    dossier = Dossier(title=title, reach=reach, external_id=external_id, written_by_id=viewer.person_id)
    _write(dossier, texts)
    dossier.language = language or detect(words_of(dossier), otherwise=_own_language(viewer))
    dossier.posts = list(dict.fromkeys([*posts, *([position.post] if position else [])]))
    dossier.domains = list(dict.fromkeys(domains))
    _check(dossier)
    with refusing(TAKEN):
        session().add(dossier)
        if position is not None:
            _start(dossier, position, from_on)
        session().flush()
    settle_readers(dossier)
    record(viewer, "dossier.opened", dossier)
    tell_search("dossier", dossier.id)
    return dossier


def words_of(dossier: Dossier) -> str:
    """What its language is told by."""
    return " ".join((dossier.title, dossier.summary or "", dossier.state_of_play or "", dossier.objectives or ""))


def _own_language(viewer: Viewer) -> str:
    return viewer.language if viewer.language in LANGUAGES else "en"


def _write(dossier: Dossier, texts: dict[str, Any]) -> None:
    if unknown := texts.keys() - set(DOSSIER_TEXTS):
        raise TypeError(f"a dossier has no {', '.join(sorted(unknown))}")
    for name, value in texts.items():
        setattr(dossier, name, value)


def change_dossier(viewer: Viewer, dossier: Dossier, *, version: int | None = None, **texts: Any) -> None:
    """Change its texts; what they were stays in its revisions. The `version` is the one that the writer had read."""
    require(viewer, "dossier.change", dossier)
    claim(dossier, version)
    before, written = snapshot(dossier, DOSSIER_TEXTS), (dossier.written_at, dossier.written_by_id)
    title = dossier.title
    with session().no_autoflush:
        _write(dossier, texts)
        _check(dossier)
    if snapshot(dossier, DOSSIER_TEXTS) == before:
        # Nothing was changed, so nobody need be told that somebody did.
        dossier.version -= 1
        return
    at, person_id = written
    session().add(
        DossierRevision(dossier_id=dossier.id, version=dossier.version - 1, at=at, person_id=person_id, content=before)
    )
    dossier.written_by_id, dossier.written_at = viewer.person_id, clock.now()
    record(viewer, "dossier.changed", dossier)
    tell_search("dossier", dossier.id)
    if dossier.title != title:
        # Entries are found by the title of their dossier too.
        tell_entries(dossier)


def restore_dossier(
    viewer: Viewer, dossier: Dossier, content: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Take back an earlier text, as a new revision."""
    change_dossier(viewer, dossier, version=version, **restored(content, DOSSIER_TEXTS))


def _check(dossier: Dossier) -> None:
    if not dossier.title or not dossier.title.strip():
        raise Refused(_("A dossier needs a title."), "title")
    for name, choices in (
        ("language", LANGUAGES),
        ("marking", MARKINGS),
        ("reach", REACHES),
        ("urgency", URGENCIES),
    ):
        if getattr(dossier, name) not in (*choices, None):
            raise Refused(_("This is not one of the choices."), name)


def archive(viewer: Viewer, dossier: Dossier) -> None:
    """Close a dossier: it stays readable and can be found."""
    require(viewer, "dossier.change", dossier)
    _set_status(viewer, dossier, "archived")


def reopen(viewer: Viewer, dossier: Dossier) -> None:
    """Open a closed dossier again."""
    require(viewer, "dossier.change", dossier)
    _set_status(viewer, dossier, "active")


def _set_status(viewer: Viewer, dossier: Dossier, status: str) -> None:
    if dossier.status == status:
        return
    dossier.status = status
    record(viewer, f"dossier.{'archived' if status == 'archived' else 'reopened'}", dossier)
    tell_search("dossier", dossier.id)


def verify(viewer: Viewer, dossier: Dossier, *, position: Position | None = None) -> None:
    """Say that what stands here is true today. That is not an edit: the text, its writer and its version stay."""
    require(viewer, "dossier.change", dossier)
    if position is None:
        kept = [one.position for one in dossier.present_stewardships if one.position_id in viewer.positions]
        position = kept[0] if kept else session().get(Position, next(iter(viewer.positions), ""))
    elif not viewer.is_system and position.id not in viewer.positions:
        raise Refused(_("You can verify only for a position that you hold."), "position")
    dossier.verified_on = clock.today()
    dossier.verified_by_position = position
    dossier.verified_by_person_id = viewer.person_id
    record(viewer, "dossier.verified", dossier)


def give_to_keep(viewer: Viewer, dossier: Dossier, position: Position, *, from_on: dt.date | None = None) -> None:
    """Let a position keep it, from today or an earlier day; its post is involved from then on."""
    require(viewer, "dossier.change", dossier)
    with refusing(TAKEN):
        _start(dossier, position, from_on)
        session().flush()
    _involve(dossier, position.post)
    settle_readers(dossier)
    record(viewer, "dossier.given_to_keep", dossier, position=position.id)
    tell_search("dossier", dossier.id)


def take_up(viewer: Viewer, dossier: Dossier, position: Position) -> None:
    """Take a dossier in hand that nobody keeps, for a position that the viewer holds."""
    require(viewer, "dossier.read", dossier)
    require(viewer, "dossier.take_up", dossier)
    require(viewer, "dossier.keep_for", position)
    for earlier in dossier.present_stewardships:
        # Kept by abolished positions only: their time ends here.
        earlier.to_on = max(clock.today(), earlier.from_on or dt.date.min)
    with refusing(TAKEN):
        _start(dossier, position, None)
        session().flush()
    _involve(dossier, position.post)
    settle_readers(dossier)
    record(viewer, "dossier.taken_up", dossier, position=position.id)
    tell_search("dossier", dossier.id)


def _start(dossier: Dossier, position: Position, from_on: dt.date | None) -> None:
    if position.abolished_on is not None and position.abolished_on <= clock.today():
        raise Refused(_("This position was abolished. Choose one that exists."), "position")
    if from_on is not None and from_on > clock.today():
        raise Refused(_("This day is still to come."), "from_on")
    dossier.stewardships.append(Stewardship(position=position, from_on=from_on or clock.today()))


def _involve(dossier: Dossier, post: Post) -> None:
    if post not in dossier.posts:
        dossier.posts.append(post)


def take_from(viewer: Viewer, stewardship: Stewardship, *, to_on: dt.date | None = None) -> None:
    """The position no longer keeps the dossier; that it did stays known."""
    dossier = stewardship.dossier
    require(viewer, "dossier.change", dossier)
    if stewardship.to_on is not None:
        raise Refused(_("This position no longer keeps this dossier."))
    if len(dossier.present_stewardships) == 1 and dossier.reach == "restricted":
        raise Refused(_("Nobody would keep this restricted dossier. Give it to another position first."))
    ends = to_on or clock.today()
    if ends > clock.today():
        raise Refused(_("This day is still to come."), "to_on")
    if stewardship.from_on and ends < stewardship.from_on:
        raise Refused(_("The end is before the start."), "to_on")
    stewardship.to_on = ends
    settle_readers(dossier)
    record(viewer, "dossier.taken_from", dossier, position=stewardship.position_id)
    tell_search("dossier", dossier.id)


def change_reach(viewer: Viewer, dossier: Dossier, reach: str) -> None:
    """Open it to everybody, or restrict it to its keepers and those with whom it is shared."""
    require(viewer, "dossier.change", dossier)
    if reach not in REACHES:
        raise Refused(_("This is not one of the choices."), "reach")
    if reach == "restricted" and not dossier.present_stewardships:
        raise Refused(_("Nobody keeps this dossier, so nobody could read it. Give it to a position first."), "reach")
    if dossier.reach == reach:
        return
    dossier.reach = reach
    settle_readers(dossier)
    record(viewer, "dossier.reach_changed", dossier, reach=reach)


def share_with(
    viewer: Viewer, dossier: Dossier, *, position: Position | None = None, post: Post | None = None
) -> DossierShare:
    """Let whoever holds a position, or all of a post, read it while it is restricted."""
    require(viewer, "dossier.change", dossier)
    if (position is None) == (post is None):
        raise Refused(_("Choose a position or a post."), "position")
    share = DossierShare(position=position, post=post)
    with refusing(TAKEN):
        dossier.shares.append(share)
        session().flush()
    settle_readers(dossier)
    record(viewer, "dossier.shared", dossier, with_=position.id if position else post.id if post else "")
    return share


def unshare(viewer: Viewer, dossier: Dossier, share_id: str) -> None:
    """Take back a sharing."""
    require(viewer, "dossier.change", dossier)
    share = next((one for one in dossier.shares if one.id == share_id), None)
    if share is None:
        raise NotFound(share_id)
    dossier.shares.remove(share)
    settle_readers(dossier)
    record(viewer, "dossier.unshared", dossier, token=share.token)


def file_under(
    viewer: Viewer,
    dossier: Dossier,
    *,
    posts: Iterable[Post] | None = None,
    domains: Iterable[Domain] | None = None,
    contacts: Iterable[Contact] | None = None,
) -> None:
    """Set which posts are involved, which domains it is about, and which contacts matter; None leaves them."""
    require(viewer, "dossier.change", dossier)
    changed = False
    named: dict[str, Iterable[Any] | None] = {"posts": posts, "domains": domains, "contacts": contacts}
    for name, given in named.items():
        wanted = None if given is None else list(dict.fromkeys(given))
        if wanted is not None and {one.id for one in getattr(dossier, name)} != {one.id for one in wanted}:
            setattr(dossier, name, wanted)
            changed = True
    if not changed:
        return
    settle_readers(dossier)
    record(viewer, "dossier.filed", dossier)
    tell_search("dossier", dossier.id)
    # Their entries carry the domains.
    tell_entries(dossier)


def settle_readers(dossier: Dossier) -> None:
    """Work out anew who may read it; search is told of it and of all its entries where that changed."""
    session().flush()
    wanted = readers_of(dossier)
    if not wanted:
        raise Refused(_("Nobody could read this dossier. Let a position keep it, or share it."), "position")
    if dossier.readers == wanted:
        return
    fresh = not dossier.reader_rows
    dossier.reader_rows = [
        *(one for one in dossier.reader_rows if one.token in wanted),
        *(DossierReader(token=token) for token in sorted(wanted - dossier.readers)),
    ]
    session().flush()
    tell_search("dossier", dossier.id)
    if not fresh:
        tell_entries(dossier)


def tell_entries(dossier: Dossier) -> None:
    """Note for search, in one statement, that all its entries must be read again."""
    session().flush()
    tell_search_of("entry", select(Entry.id).where(Entry.dossier_id == dossier.id))


def may_change(viewer: Viewer, dossier: Dossier) -> bool:
    """Whether the viewer keeps it still."""
    return allowed(viewer, "dossier.change", dossier)
