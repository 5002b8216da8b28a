"""Trying a request once more that the database undid because another one came between.

PostgreSQL lets writers run side by side and undoes one of two that could not have run one after the other. Nothing of
it was kept, so the same request is simply sent to the application again; the last time it has the database to itself.
"""

import random
import time
from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import Any, cast

# In the request's environ: set by the application when it asks for another try, and by us at the last one.
AGAIN = "expertise.again"
LAST = "expertise.last_try"
# Seconds before the second, third ... try; each is drawn between nothing and this, so that two do not meet again.
PAUSES = (0.02, 0.05, 0.1)
IN_MEMORY = 1024 * 1024
READING = frozenset({"GET", "HEAD", "OPTIONS"})
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Again:
    """A WSGI application around ours."""

    def __init__(self, inner: Application, *, largest: int) -> None:
        """A body of more than `largest` bytes is not kept, and so not sent again."""
        self.inner = inner
        self.largest = largest

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer the request, in as many tries as it takes."""
        size = environ.get("CONTENT_LENGTH") or "0"
        if environ["REQUEST_METHOD"] in READING or not size.isdigit() or int(size) > self.largest:
            return self.inner(environ, start_response)
        with SpooledTemporaryFile(IN_MEMORY) as body:
            body.write(environ["wsgi.input"].read(int(size)))
            return self._try(environ, cast(Any, body), start_response)

    def _try(self, environ: dict[str, Any], body: Any, start_response: Any) -> Iterable[bytes]:
        for pause in PAUSES:
            answer, begun, asked_again = self._once(environ, body)
            if not asked_again:
                start_response(*begun)
                return answer
            _close(answer)
            time.sleep(random.uniform(0, pause))  # noqa: S311 (no secret)
        answer, begun, _ = self._once(environ | {LAST: True}, body)
        start_response(*begun)
        return answer

    def _once(self, environ: dict[str, Any], body: Any) -> tuple[Iterable[bytes], tuple[Any, ...], bool]:
        body.seek(0)
        attempt = environ | {"wsgi.input": body}
        begun: list[tuple[Any, ...]] = []

        def begin(*answer: Any) -> Callable[[bytes], object]:
            begun.append(answer)
            return _no_writing

        answer = self.inner(attempt, begin)
        return answer, begun[-1], AGAIN in attempt


def _no_writing(_data: bytes) -> object:
    raise NotImplementedError("the application answers with an iterable")


def _close(answer: Any) -> None:
    if hasattr(answer, "close"):
        answer.close()
