"""Every column is classified, and docs/privacy.md says how."""

from pathlib import Path

from expertise.base.database import Model
from expertise.privacy.holdings import BY_TABLE, as_markdown, summary


def test_every_table_and_column_is_classified_in_privacy_holdings() -> None:
    """A new table needs a line in expertise/privacy/holdings.py, a new column of text a place in one of its lists."""
    assert set(BY_TABLE) == set(Model.metadata.tables)
    for table in Model.metadata.sorted_tables:
        held = BY_TABLE[table.name]
        unsaid = [one.name for one in table.columns if not held.kind_of(one)]
        assert not unsaid, f"{table.name}: {unsaid}"
        named = {*held.said, *held.texts, *held.secrets, *held.codes, *held.people, *held.goes}
        assert named <= set(table.columns.keys()), f"{table.name}: {named - set(table.columns.keys())}"


def test_the_page_of_columns_is_the_table() -> None:
    """Else: .venv/bin/expertise privacy columns > docs/privacy.md."""
    assert Path("docs/privacy.md").read_text() == as_markdown()
    assert len(summary()) >= 10
