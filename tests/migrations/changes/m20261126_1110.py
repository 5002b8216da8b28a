"""Pilots, and what records said before they were corrected: new tables, and since when two kinds of rows are known."""

import datetime as dt

from sqlalchemy import Connection, text

from tests.migrations.filling import counts

VALUES: dict[str, dict[str, object]] = {
    "pilot": {
        "starts_on": dt.date(2024, 3, 1),
        "entry_until": dt.date(2024, 9, 30),
        "judged_on": dt.date(2026, 10, 1),
        "months": 24,
        "threshold": 15,
    },
    "pilot_step": {"step": ["inputs", "goal"]},
}
TABLES = ("pilot", "pilot_step", "participant", "amendment", "milestone", "evaluation", "measure", "measurement")


def upgraded(connection: Connection) -> None:
    """The tables are there, and empty; what was filed before counts as known since ever."""
    found = counts(connection)
    assert not any(found[name] for name in (*TABLES, "decision", "replaced"))
    for table in ("position_domain", "stewardship"):
        known = connection.execute(text(f"SELECT count(*) FROM {table} WHERE created_at IS NOT NULL")).scalar()
        assert found[table]
        assert known == 0


def downgraded(connection: Connection) -> None:
    """They are gone, and what pilots rested on is not."""
    found = counts(connection)
    assert not {*TABLES, "decision", "replaced"} & found.keys()
    assert found["position_domain"]
    assert found["stewardship"]
