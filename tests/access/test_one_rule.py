"""Record, list and search hit answer by one rule: every rule on every model that has what the rule asks for."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from expertise import SOURCES
from expertise.access.rules import RULES, Both, Lacks, Meets, OneOf, Predicate, allowed, only
from expertise.access.viewer import NOBODY, Viewer
from expertise.base.database import Model, session
from expertise.files import owners
from expertise.files.models import File
from expertise.files.owners import Attached
from tests import make
from tests.access.world import make_world
from tests.dossiers.test_rights import make_all_sorts
from tests.make import CAST, Cast

As = Callable[[str], Viewer]
# Which action reads a record that search may show, by kind of hit.
READING = {
    "dossier": "dossier.read",
    "entry": "entry.read",
    "handover": "handover.read",
    "contact": "contact.read",
    "person": "person.read",
    "post": "post.read",
    "domain": "domain.read",
    "file": "file.read",
    "question": "question.read",
}
# Asked of a file together with the record of another room that it belongs to, which is no table and has no list;
# tests/files/test_rights.py compares them.
OF_NO_TABLE = {"file.add", "file.remove"}
# What people declare is a piece of its own: an answer of search has an order, and personnel gets none of persons.
READING_PARTS = {("person", "expertise"): "expertise.observed", ("handover", "s12"): "handover.lessons"}
# Of these a hit is one part of the record, which may be closed to some who read the rest.
IN_PARTS = {"handover"}


def faces_of(rule: Predicate) -> set[str]:
    """The sets of a record that a rule asks for."""
    if isinstance(rule, Meets | Lacks):
        return {rule.face}
    if isinstance(rule, OneOf | Both):
        return {face for one in rule.rules for face in faces_of(one)}
    return set()


def judged() -> list[tuple[str, type[Model]]]:
    """Every rule that looks at a record, with each model that can be looked at so."""
    models = [mapper.class_ for mapper in Model.registry.mappers]
    return [
        (action, model)
        for action, rule in RULES.items()
        for model in sorted(models, key=lambda one: one.__name__)
        if (faces := faces_of(rule)) and all(hasattr(model, f"{face}_meet") for face in faces)
    ]


def judged_of(record: Any) -> Any:
    """What a rule is asked about: a file with the record that it belongs to, all else by itself."""
    if isinstance(record, File):
        return Attached(record, owners.load(record.owner_kind, [record.owner_id])[record.owner_id])
    return record


def viewers_of(as_: As) -> dict[str, Viewer]:
    """Everybody, who did not sign in, and the installation itself."""
    return {who: as_(who) for who in CAST} | {"nobody": NOBODY, "system": make.SYSTEM}


def test_every_rule_about_records_is_compared_on_some_model(as_: As) -> None:
    compared = {action for action, _model in judged()}
    assert {action for action, rule in RULES.items() if faces_of(rule)} == compared | OF_NO_TABLE


def test_each_rule_says_the_same_of_a_record_and_of_a_list(as_: As, cast: Cast) -> None:
    viewers = viewers_of(as_)
    make_world(cast)
    make_all_sorts(cast)
    session().expire_all()
    compared, granted = 0, 0
    for action, model in judged():
        records = session().scalars(select(model)).all()
        for name, viewer in viewers.items():
            listed = set(session().scalars(select(model).where(only(viewer, action, model))))
            single = {one for one in records if allowed(viewer, action, one)}
            assert listed == single, (action, model.__name__, name)
            compared, granted = compared + len(records), granted + len(single)
    # Neither all yes nor all no, or the comparison would show nothing.
    assert compared > 1500
    assert compared / 20 < granted < compared * 19 / 20


def test_search_shows_of_each_kind_what_the_rule_lets_read(as_: As, cast: Cast) -> None:
    viewers = viewers_of(as_)
    make_world(cast)
    make_all_sorts(cast)
    session().expire_all()
    assert {source.kind for source in SOURCES} == READING.keys(), "say in READING which action reads the new kind"
    tables = {table.name: table for table in Model.metadata.sorted_tables}
    compared = 0
    for source in SOURCES:
        model = next(one.class_ for one in Model.registry.mappers if one.local_table is tables[source.kind])
        pieces = list(source.load(list(source.ids())))
        assert pieces, source.kind
        for name, viewer in viewers.items():
            for piece in pieces:
                hit = viewer.is_system or bool(piece.readers & viewer.tokens)
                action = READING_PARTS.get((source.kind, piece.part), READING[source.kind])
                readable = allowed(viewer, action, judged_of(session().get_one(model, piece.id)))
                may_be_less = source.kind in IN_PARTS and readable
                assert hit == readable or may_be_less, (source.kind, piece.title, name)
                compared += 1
    assert compared > 500
