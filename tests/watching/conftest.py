"""Letters as they leave."""

from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask

from expertise.base import mail, post_office


@pytest.fixture
def letters(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """`letters()` sends what is due and gives the texts that left, each with its head."""
    folder = tmp_path / "mail"
    post = mail.Post(folder.as_uri(), "Expertise <x@expertise.example>", "https://e.example")
    monkeypatch.setitem(app.extensions, "mail", post)

    def send() -> list[str]:
        before = set(folder.glob("*.eml"))
        with app.app_context():
            post_office.send_due()
        fresh = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in set(folder.glob("*")) - before]
        return [f"{one['To']}\n{one['Subject']}\n{one.get_content()}" for one in fresh]

    return send
