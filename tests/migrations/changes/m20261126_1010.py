"""Contacts made whole: names get their key and words, and a meeting may be with several people."""

from sqlalchemy import Connection

from tests.migrations.filling import counts, rows

VALUES: dict[str, dict[str, object]] = {}
NEW = {"contact_word", "contact_assistant", "contact_role", "contact_merge", "contact_upload", "interaction_contact"}


def upgraded(connection: Connection) -> None:
    """Every contact can be looked up by its name, and every meeting still has its contact."""
    assert set(counts(connection)) >= NEW
    contacts = rows(connection, "contact")
    assert contacts
    assert [one["name_key"] for one in contacts] == [one["name"].lower() for one in contacts]
    assert {one["contact_id"] for one in rows(connection, "contact_word")} == {one["id"] for one in contacts}
    meetings = rows(connection, "interaction")
    assert meetings
    assert {one["interaction_id"] for one in rows(connection, "interaction_contact")} == {one["id"] for one in meetings}


def downgraded(connection: Connection) -> None:
    """A meeting has one contact again."""
    assert not NEW & set(counts(connection))
    meetings = rows(connection, "interaction")
    assert meetings
    assert all(one["contact_id"] for one in meetings)
