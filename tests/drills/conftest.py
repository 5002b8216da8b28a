"""The big sets, run by `make drill` alone; they stand on what the stories and journeys stand on."""

from tests.drafts.conftest import seat
from tests.journeys.conftest import chromium, munitions, scene

__all__ = ["chromium", "munitions", "scene", "seat"]
