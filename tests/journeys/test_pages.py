"""Every page in a real browser: accessible in both languages, no wider than a telephone, light on the line."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PAGES = ["/"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing(visit: Any, language: str) -> None:
    visitor = visit("leaver", language=language)
    for path in PAGES:
        page = visitor.open(path)
        found = Axe().run(page)
        assert not found.response["violations"], f"{path}: {found.generate_report()}"


def test_no_page_is_wider_than_a_telephone(visit: Any) -> None:
    visitor = visit("leaver", width=320)
    for path in PAGES:
        page = visitor.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_no_page_breaks_its_own_content_policy(visit: Any) -> None:
    visitor = visit("leaver")
    complaints: list[str] = []
    visitor.page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in PAGES:
        visitor.open(path)
    assert not complaints
