"""Serves the application: it is made once, and each worker is a copy of the process that made it.

So a start imports everything once and not once for each worker, and a worker that died is replaced at once.
"""

import gc
import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from expertise.audit.sealing import seal_apart
from expertise.base import metrics
from expertise.base.database import engine
from expertise.files.keeping import tidy
from expertise.people.passwords import matches
from expertise.search.service import catch_up
from expertise.search.warming import warm_up


def serve(app: Flask, host: str, port: int, workers: int) -> None:
    """Serve until told to stop."""
    metrics.share(app.config["INSTANCE"] / "metrics")
    settle()
    _Server(app, bind=f"{host}:{port}", workers=workers).run()


def settle() -> None:
    """What lives as long as the process is not looked through at each collection: that took 150 ms of some requests."""
    gc.collect()
    gc.freeze()
    # A page makes some ten thousand objects and forgets them: once a page is often enough.
    gc.set_threshold(10_000, 20, 50)


def catch_up_beside(app: Flask) -> None:
    """What a stop left in files, events and index, and what a first search reads: beside the first requests."""
    threading.Thread(target=_catch_up, args=(app,), name="catch-up", daemon=True).start()


def _catch_up(app: Flask) -> None:
    with app.app_context():
        # Made now, so that the first who signs in by an unknown name waits no longer than the second.
        matches(None, "")
        warm = warm_up()
        tidy()
        seal_apart()
        catch_up()
        if not warm:
            warm_up()


class _Server(BaseApplication):
    """Gunicorn around an application that is there already."""

    def __init__(self, app: Flask, **settings: Any) -> None:
        self.app = app
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Threads suit an application that waits for its database; a control socket is not asked for."""
        fixed = {"worker_class": "gthread", "threads": 4, "loglevel": "warning", "control_socket_disable": True}
        for name, value in {**fixed, **self.settings, "post_fork": self._in_worker}.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application."""
        return self.app

    def _in_worker(self, _arbiter: Any, _worker: Any) -> None:
        # A connection belongs to one process; those of the first are left to it.
        with self.app.app_context():
            engine().dispose(close=False)
        catch_up_beside(self.app)
