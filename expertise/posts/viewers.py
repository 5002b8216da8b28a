"""Makes the Viewer of an account out of the postings of today: a rotation changes tokens, not records."""

from sqlalchemy import BindParameter, bindparam, select

from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import TODAY, session
from expertise.people.models import Account
from expertise.posts.models import Absence, Position, Posting

_SELF: BindParameter[str] = bindparam("person")
_SEATS = (
    select(Posting.position_id, Position.post_id, Posting.starts_on)
    .join(Position, Posting.position_id == Position.id)
    .where(Posting.person_id == _SELF, Posting.not_over(TODAY))
    .order_by(Posting.starts_on)
)
_STOOD_IN_FOR = (
    select(Absence.position_id)
    .where(Absence.stand_in_id == _SELF, Absence.counts_on(TODAY))
    .order_by(Absence.starts_on, Absence.id)
)


def viewer_for(account: Account, language: str) -> Viewer:
    """Who this account is today: two queries."""
    today = clock.today()
    rows = session().execute(_SEATS, {"person": account.person_id})
    held: list[str] = []
    incoming: list[str] = []
    posts: list[str] = []
    for position_id, post_id, starts_on in rows:
        if starts_on is not None and starts_on > today:
            incoming.append(position_id)
        else:
            held.append(position_id)
            posts.append(post_id)
    standing_in = [one for one in _stood_in_for(account) if one not in held]
    tokens = {"all", f"person:{account.person_id}", f"role:{account.role}"}
    tokens.update(f"position:{one}" for one in (*held, *standing_in))
    # A stand-in has what the position keeps, but does not hold it: they hand it to nobody else.
    tokens.update(f"holder:{one}" for one in held)
    tokens.update(f"incoming:{one}" for one in incoming)
    tokens.update(f"post:{one}" for one in posts)
    if account.role == "head":
        tokens.update(f"head:{one}" for one in posts)
    return Viewer(
        name=account.person.name,
        person_id=account.person_id,
        account_id=account.id,
        role=account.role,
        language=language,
        positions=(*held, *standing_in),
        standing_in=tuple(standing_in),
        incoming=tuple(incoming),
        posts=tuple(dict.fromkeys(posts)),
        tokens=frozenset(tokens),
    )


def _stood_in_for(account: Account) -> list[str]:
    """The positions whose holder is away today and for whom this person stands in."""
    return list(dict.fromkeys(session().scalars(_STOOD_IN_FOR, {"person": account.person_id})))
