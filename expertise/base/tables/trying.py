"""An import inside a request: what its report does not allow is undone, and nothing else of the request."""

from collections.abc import Callable

from expertise.base.database import session
from expertise.base.tables.report import Report


class _NotKept(Exception):
    """Undoes the savepoint."""


def try_import(run: Callable[[], Report]) -> Report:
    """Run it in a savepoint, which stays only if its report may be committed; answers the report."""
    try:
        with session().begin_nested():
            report = run()
            if not report.may_commit:
                raise _NotKept
    except _NotKept:
        session().expire_all()
    return report
