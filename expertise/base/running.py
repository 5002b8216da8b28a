"""Runs the jobs round after round, until the process is told to stop."""

import signal
import threading
from collections.abc import Callable
from types import FrameType

from flask import Flask

from expertise.base.jobs import Outcome, run_due


class Stop:
    """Set by SIGTERM or Ctrl-C: the round that runs is finished, and no other begins."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.event.set()

    def listen(self) -> None:
        """Hear the signals of this process."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self)


def run_once(app: Flask) -> list[Outcome]:
    """One round, in a context of its own."""
    with app.app_context():
        return run_due()


def run_until(app: Flask, stop: Stop, pause: float, report: Callable[[list[Outcome]], None]) -> None:
    """Round after round, with a pause between, until told to stop."""
    while not stop.event.is_set():
        report(run_once(app))
        stop.event.wait(pause)
