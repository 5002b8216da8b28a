"""What of this room moves when posts or positions are merged."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import aliased

from expertise.base.database import session
from expertise.base.findable import tell_search_of
from expertise.domains.moving import of_domain
from expertise.dossiers.models import (
    Dossier,
    DossierDomain,
    DossierPointer,
    DossierPost,
    DossierReader,
    DossierShare,
    Entry,
    EntryDomain,
    Stewardship,
)
from expertise.posts.models import Position
from expertise.posts.moving import of_position, of_post


def _present(stewardship: Stewardship) -> bool:
    return stewardship.to_on is None


def fold_stewardship(kept: Stewardship, lost: Stewardship) -> None:
    """Both keep the same dossier: since the earlier of the two days."""
    kept.from_on = None if kept.from_on is None or lost.from_on is None else min(kept.from_on, lost.from_on)


of_position.column(
    Stewardship.position_id,
    _("Dossiers kept, now or once"),
    once_per=(Stewardship.dossier_id,),
    when=_present,
    fold=fold_stewardship,
)
of_position.column(
    DossierShare.position_id, _("Restricted dossiers shared with it"), once_per=(DossierShare.dossier_id,)
)
of_position.column(DossierPointer.position_id, _("Pointers that say to ask it"))
of_position.column(Dossier.verified_by_position_id, _("Verifications of dossiers"))
of_post.column(DossierPost.post_id, _("Dossiers in which it is involved"), once_per=(DossierPost.dossier_id,))
of_post.column(DossierShare.post_id, _("Restricted dossiers shared with it"), once_per=(DossierShare.dossier_id,))
of_post.column(Entry.post_id, _("Notes written there"))


of_domain.column(DossierDomain.domain_id, _("Dossiers about it"), once_per=(DossierDomain.dossier_id,))
of_domain.column(EntryDomain.domain_id, _("Notes about it"), once_per=(EntryDomain.entry_id,))


@of_domain.tells
def tell_filed(domain_id: str) -> None:
    """Dossiers and notes are found by the code of their domain."""
    filed = select(DossierDomain.dossier_id).where(DossierDomain.domain_id == domain_id)
    tell_search_of("dossier", select(Dossier.id).where(Dossier.id.in_(filed)))
    own = select(EntryDomain.entry_id).where(EntryDomain.domain_id == domain_id)
    tell_search_of("entry", select(Entry.id).where(or_(Entry.dossier_id.in_(filed), Entry.id.in_(own))))


def _rename(old: str, new: str) -> None:
    """Whoever read as the one that goes reads as the one that stays. Exact, because readers are worked out of ids."""
    known = aliased(DossierReader)
    twice = select(known.dossier_id).where(known.token == new)
    session().execute(
        delete(DossierReader)
        .where(DossierReader.token == old, DossierReader.dossier_id.in_(twice))
        .execution_options(synchronize_session=False)
    )
    session().execute(
        update(DossierReader)
        .where(DossierReader.token == old)
        .values(token=new)
        .execution_options(synchronize_session=False)
    )
    session().expire_all()


def _tell(where: Any) -> None:
    """Of these dossiers and of their notes the readers or the post are others now."""
    tell_search_of("dossier", select(Dossier.id).where(where))
    tell_search_of("entry", select(Entry.id).where(Entry.dossier_id.in_(select(Dossier.id).where(where))))


@of_position.also
def rename_readers_by_position(stays: str, gone: str) -> None:
    """Restricted dossiers are read by whoever holds the position that stays."""
    _rename(f"position:{gone}", f"position:{stays}")
    kept = select(Stewardship.dossier_id).where(Stewardship.position_id == stays)
    shared = select(DossierShare.dossier_id).where(DossierShare.position_id == stays)
    _tell(or_(Dossier.id.in_(kept), Dossier.id.in_(shared)))


@of_post.also
def rename_readers_by_post(stays: str, gone: str) -> None:
    """The same of a post: everybody there, and its head."""
    for word in ("post", "head"):
        _rename(f"{word}:{gone}", f"{word}:{stays}")


@of_post.tells
def tell_dossiers_of_post(post_id: str) -> None:
    """Dossiers and notes are found by the code of their post."""
    involved = select(DossierPost.dossier_id).where(DossierPost.post_id == post_id)
    shared = select(DossierShare.dossier_id).where(DossierShare.post_id == post_id)
    seats = select(Position.id).where(Position.post_id == post_id)
    kept = select(Stewardship.dossier_id).where(Stewardship.position_id.in_(seats))
    _tell(or_(Dossier.id.in_(involved), Dossier.id.in_(shared), Dossier.id.in_(kept)))
    # Its notes stand in dossiers of others too.
    tell_search_of("entry", select(Entry.id).where(Entry.post_id == post_id))
