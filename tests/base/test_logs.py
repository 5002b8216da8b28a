"""Logs say where something went wrong, and never what somebody wrote, searched or keeps secret."""

import json
import logging
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert

from expertise.base import logs
from expertise.base.database import session
from expertise.dossiers.models import Dossier
from tests.conftest import PASSWORD, Browser
from tests.files.conftest import a_dossier
from tests.make import Cast

NEEDLE = "zwerfkei"


def broken() -> str:
    """Breaks in three ways at once: a statement that the database refuses, in the hands of a parser that quotes."""
    try:
        int(NEEDLE)
    except ValueError:
        session().execute(insert(Dossier).values(id=None, title=NEEDLE))
    return ""


@pytest.mark.parametrize("as_json", [True, False], ids=["production", "local"])
def test_no_text_query_or_secret_ends_in_a_log(
    app: Flask, cast: Cast, browser_of: Callable[[str], Browser], capfd: pytest.CaptureFixture[str], as_json: bool
) -> None:
    # The present ones write to a stream that outlives this test.
    root, handlers = logging.getLogger(), logging.getLogger().handlers
    logs.set_up("debug", as_json=as_json)
    try:
        leaver = browser_of("leaver")
        dossier = a_dossier(app, cast, "Cluster munitions")
        leaver.post(f"/dossiers/{dossier}/entries/new", title=NEEDLE, body=f"A {NEEDLE} at Oss", kind="background")
        leaver.get("/search", q=NEEDLE)
        whole = app.view_functions["search.results"]
        broken.need = whole.need  # type: ignore[attr-defined]  # as @need does
        app.view_functions["search.results"] = broken
        leaver.get("/search", q=NEEDLE, status=500)
    finally:
        logs.set_up("warning", as_json=False)
        root.handlers = handlers
    printed = capfd.readouterr().err
    assert "sqlalchemy.exc" in printed
    assert "ValueError" in printed
    assert "test_logs.py" in printed
    assert not [one for one in (NEEDLE, PASSWORD, cast.email("leaver")) if one in printed.lower()]
    if as_json:
        assert all(json.loads(line) for line in printed.splitlines())
