"""What is asked of a position's holder, and transfer rounds: positions stay, and what is new is empty."""

from datetime import date

from sqlalchemy import Connection

from tests.migrations.filling import counts, rows

NEW = {"transfer_round", "proposal", "move", "round_upload"}
LOSES = NEW
VALUES: dict[str, dict[str, object]] = {
    "transfer_round": {"starts_on": date(2027, 1, 1), "ends_on": date(2028, 6, 30)},
    "position": {"tour_months": 48},
}


def upgraded(connection: Connection) -> None:
    """Of the positions that were there nothing is asked yet."""
    found = rows(connection, "position")
    assert found
    assert {(one["tour_months"], one["languages"], one["point_of_contact"]) for one in found} == {(None, "", "")}
    assert not any(counts(connection)[name] for name in NEW)


def downgraded(connection: Connection) -> None:
    """The positions are what they were."""
    assert not NEW & set(counts(connection))
    found = rows(connection, "position")
    assert found
    assert not {"tour_months", "languages", "point_of_contact"} & set(found[0])
