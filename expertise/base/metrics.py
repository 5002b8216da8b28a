"""What is counted of requests, for a machine that watches: which route, how it ended, how long it took. Never of whom.

Each worker counts for itself, in a file of its own (`share`), and whichever is asked adds up the files of all.
"""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, current_app
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess, values
from prometheus_client.registry import Collector

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name for it; set it where gunicorn is started by hand
# Seconds. What we promise lies between 0.04 (a save) and 0.3 (a search in a whole ministry).
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LABELS = ("route", "method", "status")


@dataclass
class Metrics:
    """The counters of an application."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        """One counter, one histogram."""
        self.requests = Counter("expertise_requests", "Requests answered", _LABELS, registry=self.registry)
        self.seconds = Histogram(
            "expertise_request_seconds", "How long answers took", ("route",), buckets=_BUCKETS, registry=self.registry
        )


def set_up(app: Flask) -> None:
    """Give the application its counters."""
    app.extensions["metrics"] = Metrics()


def share(folder: Path) -> None:
    """Before workers are forked: let them count in files of this folder, which is emptied, instead of in memory."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[_FOLDER] = str(folder)
    # Chosen by the library when it is imported, which was long ago.
    values.ValueClass = values.get_value_class()


def observe(route: str, method: str, status: int, seconds: float) -> None:
    """Count a request. `route` is the name of a route, never an address."""
    metrics: Metrics = current_app.extensions["metrics"]
    metrics.requests.labels(route, method, str(status)).inc()
    metrics.seconds.labels(route).observe(seconds)


def told(state: Collector) -> bytes:
    """Everything in Prometheus' text format: what all workers counted, and the `state` of the installation now."""
    now = CollectorRegistry()
    now.register(state)
    counted: CollectorRegistry = current_app.extensions["metrics"].registry
    if _FOLDER in os.environ:
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)
    return generate_latest(counted) + generate_latest(now)
