"""Last met: worked out of what was noted; what was noted as sensitive stays with the position."""

import datetime as dt

from sqlalchemy import Connection

from tests.migrations.filling import rows

VALUES: dict[str, dict[str, object]] = {"keeping": {"sensitive_reach": "post"}}


def upgraded(connection: Connection) -> None:
    """Who was met has the day, and a plan is none; the relations are kept, for the position alone."""
    days = {one["id"]: one["on"] for one in rows(connection, "interaction") if not one["planned"]}
    met: dict[str, list[dt.date]] = {one["id"]: [] for one in rows(connection, "contact")}
    for one in rows(connection, "interaction_contact"):
        met[one["contact_id"]] += [days[one["interaction_id"]]] if one["interaction_id"] in days else []
    assert any(met.values())
    assert {one["id"]: one["last_met_on"] for one in rows(connection, "contact")} == {
        key: max(listed, default=None) for key, listed in met.items()
    }
    assert {one["sensitive_reach"] for one in rows(connection, "keeping")} == {"position"}


def downgraded(connection: Connection) -> None:
    """The contacts and relations are there as they were."""
    assert "last_met_on" not in rows(connection, "contact")[0]
    kept = rows(connection, "keeping")
    assert all(one["sensitivities"] for one in kept)
    assert "sensitive_reach" not in kept[0]
