"""Structured logs: one JSON line an event, in production; readable lines locally. Never a note's text or a query."""

import logging
import sys
import traceback
from types import TracebackType
from typing import TextIO

import structlog

Raised = tuple[type[BaseException], BaseException, TracebackType | None]


def told(exc_info: Raised) -> str:
    """An error as a log may have it: where, and of which kind. Never what it says, which may be what somebody typed:
    a database quotes the row that it refused, and a parser the text that it could not read."""
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
        state = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
        kind = f"{type(error).__module__}.{type(error).__qualname__}" + (f" ({state})" if state else "")
        lines[:0] = [*frames, f"{kind}\n"]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "".join(lines).rstrip()


def _tell(out: TextIO, raised: Raised) -> None:
    out.write(told(raised))


def set_up(level: str, *, as_json: bool) -> None:
    """Send all logs, the libraries' too, to standard error in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Without the values of local variables, locally too: they are texts of notes, names and tokens.
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_tell)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(told),
                renderer,
            ]
            if as_json
            else [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # Migrations announce each step at info; a newcomer's first start should not drown in it.
    logging.getLogger("alembic").setLevel("WARNING")
