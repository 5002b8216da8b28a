"""Makes the Viewer of an account out of the postings of today: a rotation changes tokens, not records."""

from sqlalchemy import BindParameter, Executable, bindparam, literal, null, select, union_all

from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import TODAY, session
from expertise.people.models import Account
from expertise.posts.models import Absence, Position, Posting

_SELF: BindParameter[str] = bindparam("person")
_OWN = (
    select(literal(False).label("stands_in"), Posting.starts_on, Posting.id, Posting.position_id, Position.post_id)
    .join(Position, Posting.position_id == Position.id)
    .where(Posting.person_id == _SELF, Posting.not_over(TODAY))
)
_STOOD_IN_FOR = select(literal(True), Absence.starts_on, Absence.id, Absence.position_id, null()).where(
    Absence.stand_in_id == _SELF, Absence.counts_on(TODAY)
)
# The positions of a person, and then those whose holder is away and for whom they stand in.
_SEATS: Executable = union_all(_OWN, _STOOD_IN_FOR).order_by("stands_in", "starts_on", "id")


def viewer_for(account: Account, language: str) -> Viewer:
    """Who this account is today: one query."""
    today = clock.today()
    held: list[str] = []
    incoming: list[str] = []
    posts: list[str] = []
    stood_in_for: list[str] = []
    for stands_in, starts_on, _id, position_id, post_id in session().execute(_SEATS, {"person": account.person_id}):
        if stands_in:
            stood_in_for.append(position_id)
        elif starts_on is not None and starts_on > today:
            incoming.append(position_id)
        else:
            held.append(position_id)
            posts.append(post_id)
    standing_in = [one for one in dict.fromkeys(stood_in_for) if one not in held]
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
