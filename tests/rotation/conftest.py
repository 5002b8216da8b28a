"""Somebody of personnel at the keyboard."""

import pytest

from tests.conftest import Browser


@pytest.fixture
def hr(browser_of) -> Browser:
    """Signed in."""
    return browser_of("hr")
