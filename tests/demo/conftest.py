"""A copy of the installation with the small demo in it."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import Template


@pytest.fixture
def loaded(make_app: Callable[..., Flask], demo_template: Template) -> Flask:
    """A copy of it."""
    return make_app(demo_template)
