"""The migration that made contacts whole keeps what was there, both ways."""

from pathlib import Path

from sqlalchemy import text

from expertise import create_app
from expertise.base import schema
from expertise.base.database import engine
from tests.conftest import dispose, settings_for

BEFORE = "20261126_0930"
MOMENT = "2026-01-01 00:00:00.000000"


def test_meetings_and_names_come_along_and_go_back(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        schema.upgrade()
        schema.downgrade(BEFORE)
        with engine().begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO contact (id, kind, name, role, email, phone, languages, notes, lawful_basis, version,"
                    " created_at, changed_at) VALUES ('c', 'person', 'Ilse Märquandt', 'Head', 'i@x.example', '', '',"
                    " '', '', 1, :at, :at)"
                ),
                {"at": MOMENT},
            )
            connection.execute(
                text(
                    'INSERT INTO interaction (id, contact_id, "on", summary, created_at, changed_at)'
                    " VALUES ('i', 'c', '2025-05-01', 'Lunch', :at, :at)"
                ),
                {"at": MOMENT},
            )
        schema.upgrade()
        with engine().begin() as connection:
            assert connection.execute(text("SELECT name_key FROM contact")).scalar() == "ilse marquandt"
            words = connection.execute(text("SELECT word FROM contact_word ORDER BY word")).scalars().all()
            assert words == ["example", "head", "i", "ilse", "marquandt", "x"]
            assert connection.execute(text("SELECT contact_id FROM interaction_contact")).scalar() == "c"
            assert connection.execute(text("SELECT kind FROM interaction")).scalar() == "meeting"
        schema.downgrade(BEFORE)
        with engine().begin() as connection:
            assert connection.execute(text("SELECT contact_id, summary FROM interaction")).one() == ("c", "Lunch")
        schema.upgrade()
    dispose(app)
