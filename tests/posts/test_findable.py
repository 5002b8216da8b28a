"""What search may show of people and posts."""

from collections.abc import Callable

from sqlalchemy import select

from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.findable import EVERYONE, Outbox
from expertise.posts import findable, service
from expertise.posts.models import Posting
from tests.conftest import Cast


def test_a_person_is_found_by_the_positions_that_they_held(as_: Callable[[str], Viewer], cast: Cast) -> None:
    as_("leaver")
    (piece,) = findable.load_people([cast.people["predecessor"], "gone"])
    assert piece.readers == EVERYONE
    assert "Counsellor Arms Control / Raad wapenbeheersing, Embassy Vienna / Ambassade Wenen" in piece.body
    assert "First Secretary Disarmament" in piece.body
    assert piece.post == "WEN"


def test_a_post_is_found_by_its_seats_and_names(as_: Callable[[str], Viewer], cast: Cast) -> None:
    as_("leaver")
    (piece,) = findable.load_posts([cast.posts["geneva"]])
    assert "Eerste secretaris ontwapening" in piece.body
    assert {"GEN-PV", "PV Genève", "PR Geneva", "Genève"} == set(piece.names)


def test_a_posting_that_changes_is_told_of_the_person_and_the_post(as_: Callable[[str], Viewer], cast: Cast) -> None:
    viewer = as_("hr")
    before = set(session().scalars(select(Outbox.number)))
    posting = session().get_one(Posting, cast.postings["leaver"])
    service.change_posting(viewer, posting, acting=True)
    session().flush()
    told = session().scalars(select(Outbox).where(Outbox.number.not_in(before)))
    assert {(one.kind, one.record_id) for one in told} == {
        ("person", cast.people["leaver"]),
        ("post", cast.posts["geneva"]),
    }
