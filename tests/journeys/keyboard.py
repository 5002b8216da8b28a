"""Somebody at a keyboard without a mouse, for the journeys that are made so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page

MOST_TABS = 160


@dataclass
class Hands:
    """Somebody at a keyboard, without a mouse."""

    page: Page
    folder: Path
    name: str

    def reach(self, selector: str) -> None:
        """Press Tab until what is meant has the focus."""
        for _press in range(MOST_TABS):
            if self.page.evaluate("s => !!document.activeElement && document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{self.page.url}: {selector} is not reached with Tab")

    def go(self, selector: str) -> None:
        """Reach a link or a button, press Enter, and wait for the page that follows."""
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, selector: str, text: str) -> None:
        """Reach a field (or a list of choices, by its first letters) and type."""
        self.reach(selector)
        self.page.keyboard.type(text)

    def press(self, selector: str, key: str = "Space") -> None:
        """Reach something and press a key on it."""
        self.reach(selector)
        self.page.keyboard.press(key)

    def says(self, text: str) -> None:
        """The page says so."""
        shown = self.page.locator("body").inner_text()
        assert text in shown, f"{self.page.url} does not say {text}:\n{shown[:3000]}"

    def picture(self, name: str) -> None:
        """Keep what it looks like: on a desk and on a phone, by day and by night, and on paper."""
        before, dark = self.page.viewport_size, self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        assert before
        for width, light in ((1280, "light"), (320, "light"), (1280, "dark"), (320, "dark")):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=light)
            path = self.folder / f"{self.name}-{name}-{width}-{light}.png"
            self.page.screenshot(path=path, full_page=True)
        self.page.set_viewport_size(before)
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.page.pdf(path=self.folder / f"{self.name}-{name}.pdf")


@contextmanager
def on(day: str) -> Iterator[None]:
    """Everybody's clock, at nine."""
    with time_machine.travel(f"{day}T09:00:00+01:00", tick=True):
        yield
