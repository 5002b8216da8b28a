"""Verbs: give a member of staff what is kept of them, let one who left become nameless, and end what has had its time.

What is the organisation's record stays: entries, handovers, postings, answers, and that somebody did something. From
then on it is of "a former colleague", because those rows name the person by an id alone (docs/adr/0055).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Table, and_, delete, or_, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record, strike_addresses
from expertise.base import clock
from expertise.base.database import Model, changed_rows, session
from expertise.base.erasing import note_erasure
from expertise.base.errors import Refused
from expertise.base.findable import both, tell_search
from expertise.base.striking import mentions, strike_everywhere
from expertise.contacts.models import Contact, ContactUpload
from expertise.contacts.personal import Named, lapsed, let_lapse
from expertise.intake.models import IntakeFile
from expertise.people.models import Account, Person, SignInFailure
from expertise.people.passwords import hash_token
from expertise.privacy.holdings import BY_TABLE, HOLDINGS, Holding
from expertise.rotation.models import RoundUpload

NOT_LEFT = _("Only of somebody who left the service. Fill in the day on which they left first.")
FORMER = both("Oud-collega", "Former colleague")
# Half a year in which a contact whose term has ended is listed, so that somebody may say that it is still needed.
GRACE = timedelta(days=182)
UPLOADS = timedelta(days=1)


def give(viewer: Viewer, person: Person) -> dict[str, Any]:
    """All that is recorded of a member of staff, table by table (GDPR, article 15): their own rows whole, of what they
    wrote for the organisation that and when they did, and where texts name them."""
    require(viewer, "person.privacy", person)
    account = session().scalar(select(Account).where(Account.person_id == person.id))
    ids = {"person": person.id, "account": account.id if account else ""}
    rooms = {one.table: rows for one in HOLDINGS if (rows := _rows_of(one, ids))}
    record(viewer, "person.given", person)
    return {
        # A model's __table__ is declared as wider than the Table that it is.
        "person": _row(BY_TABLE["person"], _only(Person.__table__, person.id)[0]),  # type: ignore[arg-type]
        "tables": rooms,
        "looked_at": _rows_where(BY_TABLE["event"], (("object_kind", "person"), ("object_id", person.id))),
        "replaced": len(_replaced(person.id)),
        "named_in": [
            {"table": one.table, "id": one.record, "in": one.column, "excerpt": one.excerpt}
            for one in mentions(names_of(person, account))
        ],
    }


def _rows_of(holding: Holding, ids: dict[str, str]) -> list[dict[str, Any]]:
    columns = [holding.of.c[name] == ids[kind] for name, kind in holding.person_columns.items() if ids[kind]]
    return [_row(holding, one) for one in _found(holding.of, or_(*columns))] if columns else []


def _rows_where(holding: Holding, values: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    where = and_(*(holding.of.c[name] == value for name, value in values))
    return [_row(holding, one) for one in _found(holding.of, where)]


def _only(table: Table, record_id: str) -> list[Any]:
    return _found(table, table.c.id == record_id)


def _found(table: Table, where: ColumnElement[bool]) -> list[Any]:
    return list(session().execute(select(table).where(where).order_by(*table.primary_key)).mappings())


def _row(holding: Holding, row: Any) -> dict[str, Any]:
    """Without secrets; and of the organisation's records without what they say, which is not about their writer."""
    left_out = {"secret"} if holding.goes or holding.whose == "staff" else {"secret", "text"}
    kept = [one for one in holding.of.columns if holding.kind_of(one) not in left_out or one.name == "title"]
    return {one.name: row[one.name] for one in kept}


def _replaced(person_id: str) -> list[Any]:
    facts = BY_TABLE["replaced"].of.c.facts
    return _found(BY_TABLE["replaced"].of, facts["person_id"].as_string() == person_id)


def names_of(person: Person, account: Account | None) -> list[str]:
    """By what they are named in texts."""
    full = " ".join(one for one in (person.given_name, person.family_name) if one)
    found = (person.name, full if person.given_name and person.family_name else "", person.email, person.phone)
    return sorted({one for one in (*found, account.email if account else "") if one})


@dataclass(frozen=True)
class Kept:
    """What there is of a member of staff: rows that go with them, rows that become a former colleague's, and texts that
    name them."""

    goes: int
    stays: int
    named: Named


def overview(viewer: Viewer, person: Person, *, also: Iterable[str] = ()) -> Kept:
    """What an erasure would come to; nothing is changed. Reads all texts."""
    require(viewer, "person.privacy", person)
    account = session().scalar(select(Account).where(Account.person_id == person.id))
    ids = {"person": person.id, "account": account.id if account else ""}
    counts = [(bool(one.goes), len(_rows_of(one, ids))) for one in HOLDINGS if one.table != "person"]
    texts = [
        one for one in mentions([*names_of(person, account), *also]) if (one.table, one.record) != ("person", person.id)
    ]
    return Kept(
        sum(count for goes, count in counts if goes), sum(count for goes, count in counts if not goes), Named(texts, [])
    )


def has_left(person: Person) -> bool:
    """Only who left the service can become nameless."""
    return person.left_on is not None and person.left_on < clock.today()


def is_nameless(person: Person) -> bool:
    """Whether they became a former colleague already."""
    return person.name == FORMER


def erase(viewer: Viewer, person: Person, *, also: Iterable[str] = (), again: bool = False) -> int:
    """Whoever left becomes a former colleague: what was theirs alone goes, and their name from all texts. Says how many
    records were changed."""
    require(viewer, "person.privacy", person)
    if again and not has_left(person):
        # It was so when it was done, and a backup does not know.
        person.left_on = clock.today() - timedelta(days=1)
    if not has_left(person):
        raise Refused(NOT_LEFT)
    account = session().scalar(select(Account).where(Account.person_id == person.id))
    names = {*names_of(person, account), *also}
    ids = {"person": person.id, "account": account.id if account else ""}
    emails = {one for one in (person.email, account.email if account else None) if one}
    changed = sum(_take_away(one, ids) for one in HOLDINGS if one.goes and one.table != "account")
    failures = SignInFailure.email_hash.in_([hash_token(one) for one in emails])
    changed += changed_rows(delete(SignInFailure).where(failures))
    changed += _take_away(BY_TABLE["account"], ids)
    # A file that waits to be imported may hold them too; whoever put it there puts it there again.
    for waiting in (RoundUpload, IntakeFile):
        session().execute(delete(waiting))
    session().expire_all()
    person.name, person.given_name, person.family_name, person.phone = FORMER, "", "", ""
    person.email = person.external_id = None
    changed += strike_everywhere(names) + strike_addresses(person.id)
    record(viewer, "person.erased", person, records=changed)
    note_erasure("person", person.id, names=names)
    tell_search("person", person.id)
    return changed


def _take_away(holding: Holding, ids: dict[str, str]) -> int:
    """Rows that go with the person, and before them what hangs on these."""
    columns = [holding.of.c[name] for name in holding.goes]
    where = or_(*(one == ids[holding.person_columns[one.name]] for one in columns))
    return _delete(holding.of, where) if any(ids[holding.person_columns[one.name]] for one in columns) else 0


def _delete(table: Table, where: ColumnElement[bool]) -> int:
    gone = select(*table.primary_key).where(where)
    changed = 0
    for other in Model.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and other is not table:
                changed += _delete(other, key.parent.in_(gone))
    return changed + changed_rows(delete(table).where(where))


def run_retention(viewer: Viewer, *, dry_run: bool = False) -> dict[str, int]:
    """End what has had its time, of contacts and files that were to be imported; what was only to be counted is.

    Sessions, failed sign-ins, drafts, searches in vain and letters have jobs of their own (expertise/jobs.py).
    """
    require(viewer, "installation.keep")
    over, found = _over(viewer), {}
    for kind, records in over.items():
        found[kind] = len(records)
        for one in () if dry_run else records:
            if isinstance(one, Contact):
                let_lapse(viewer, one)
            else:
                session().delete(one)
    return found


def _over(viewer: Viewer) -> dict[str, list[Any]]:
    day, moment = clock.today() - GRACE, clock.now() - UPLOADS
    uploads = [
        list(session().scalars(select(one).where(one.at < moment))) for one in (ContactUpload, RoundUpload, IntakeFile)
    ]
    return {"contacts": list(lapsed(viewer, before=day)), "uploads": [one for many in uploads for one in many]}
