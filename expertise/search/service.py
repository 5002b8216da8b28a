"""The index follows the database: what is in the outbox is indexed, and a broken index is built again.

The database is the truth. A row leaves the outbox only after the index holds its record, so a crash in between means
that a record is indexed twice, never that it is missed.
"""

import threading
from collections.abc import Callable, Iterator

import structlog
from sqlalchemy import delete, select

from expertise.base.database import own_transaction, session
from expertise.base.findable import Outbox
from expertise.search.engine import Broken, Engine, Piece
from expertise.search.folder import Busy
from expertise.search.indexing import digest_of, piece_of
from expertise.search.wiring import Search, reading, set_up, the_search

__all__ = ["Busy", "catch_up", "check", "drain", "heal", "rebuild", "set_up"]

log = structlog.get_logger(__name__)
BATCH = 500
# A save never waits longer than this for another that is being indexed; what is left, the other one takes along.
WAIT = 2.0
# A broken index with fewer records is built while the reader waits, else beside him.
WHILE_WAITING = 2_000
Progress = Callable[[int, int], None]


def drain() -> int:
    """Index what waits in the outbox and say how many rows went. Never fails: what cannot be done now waits."""
    try:
        try:
            return _drain(the_search())
        except Broken:
            return _drain(the_search()) if heal() else 0
    except Busy:
        return 0
    except Exception:
        log.exception("index is behind")
        return 0


def _drain(search: Search) -> int:
    done = 0
    with search.folder.writing(wait=WAIT):
        while numbers := _drain_batch(search):
            with search.app.app_context(), own_transaction() as own:
                own.execute(delete(Outbox).where(Outbox.number.in_(numbers)))
            done += len(numbers)
    return done


def _drain_batch(search: Search) -> list[int]:
    with reading():
        waiting = select(Outbox.number, Outbox.kind, Outbox.record_id).order_by(Outbox.number).limit(BATCH)
        rows = session().execute(waiting).all()
        if not rows:
            return []
        records = list(dict.fromkeys((row.kind, row.record_id) for row in rows))
        pieces = [piece_of(findable) for findable in search.load(records)]
    search.engine().write(pieces, [f"{kind}:{identity}" for kind, identity in records])
    search.folder.note(records)
    return [row.number for row in rows]


def rebuild(progress: Progress | None = None) -> int:
    """Build the index anew beside the one in use, then swap; says how many records it holds. Raises Busy."""
    search = the_search()
    with search.folder.building():
        path = search.folder.another()
        engine = search.open_engine(path)
        engine.create()
        # What waited before the records are read is in the new index, so nobody need index it once more.
        with reading():
            # These rows and not all up to the last: on PostgreSQL a lower number may be committed later.
            waited = list(session().scalars(select(Outbox.number)))
        records = _all_records(search)
        engine.build(_pieces(search, records, progress))
        with search.folder.writing(wait=600):
            _replay(search, engine)
            engine.close()
            search.folder.use(path)
    for start in range(0, len(waited), BATCH):
        with search.app.app_context(), own_transaction() as own:
            own.execute(delete(Outbox).where(Outbox.number.in_(waited[start : start + BATCH])))
    return len(records)


def _all_records(search: Search) -> list[tuple[str, str]]:
    with reading():
        return [(kind, one) for kind, source in search.sources.items() for one in source.ids()]


def _pieces(search: Search, records: list[tuple[str, str]], progress: Progress | None) -> Iterator[Piece]:
    """The open ones first: what a reader may not see is skipped soonest where it stands together (docs/search.md)."""
    restricted: list[tuple[str, str]] = []
    done = 0
    for waiting in (records, restricted):
        for start in range(0, len(waiting), BATCH):
            batch = waiting[start : start + BATCH]
            with reading():
                findables = list(search.load(batch))
            later = {one.record for one in findables if not one.is_open} if waiting is records else set()
            restricted += [record for record in batch if record in later]
            yield from (piece_of(one) for one in findables if one.record not in later)
            done += len(batch) - len(later)
            if progress is not None:
                progress(done, len(records))


def _replay(search: Search, engine: Engine) -> None:
    """Index once more what was changed, and indexed elsewhere, since the building began."""
    records = search.folder.noted()
    for start in range(0, len(records), BATCH):
        batch = records[start : start + BATCH]
        with reading():
            pieces = [piece_of(findable) for findable in search.load(batch)]
        engine.write(pieces, [f"{kind}:{identity}" for kind, identity in batch])


def check() -> dict[str, int | list[str]]:
    """Compare database and index, piece by piece."""
    search = the_search()
    truth: dict[str, str] = {}
    records = _all_records(search)
    for start in range(0, len(records), BATCH):
        with reading():
            for findable in search.load(records[start : start + BATCH]):
                truth[findable.key] = digest_of(findable)
    try:
        held = search.engine().contents()
    except Broken:
        held = {}
    return {
        "database": len(truth),
        "index": len(held),
        "missing": sorted(truth.keys() - held.keys()),
        "stale": sorted(key for key in truth.keys() & held.keys() if truth[key] != held[key]),
        "extra": sorted(held.keys() - truth.keys()),
    }


def size_on_disk() -> int:
    """How many bytes the index in use takes; 0 where there is none."""
    path = the_search().folder.current()
    if path is None:
        return 0
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())


def catch_up(progress: Progress | None = None) -> int:
    """For the start and for commands: a missing or damaged index is built, and what waits is indexed. Never fails.

    Says how many records were indexed. Unlike `drain` it waits until all is done.
    """
    search = the_search()
    try:
        with search.folder.writing(wait=WAIT):
            search.engine().verify()
    except Busy:
        return 0
    except Exception:
        if search.folder.current() is not None:
            log.warning("index is broken and built anew", folder=str(search.folder.path))
        return (_rebuild_quietly(search, progress) or 0) + drain()
    return drain()


def heal() -> bool:
    """Build a broken index again: at once where it is small, else beside the reader. Whether it is whole now."""
    search = the_search()
    if not search.healing.acquire(blocking=False):
        return False
    try:
        if len(_all_records(search)) < WHILE_WAITING:
            return _rebuild_quietly(search) is not None
        threading.Thread(target=_heal_beside, args=(search,), daemon=True).start()
        return False
    finally:
        search.healing.release()


def _heal_beside(search: Search) -> None:
    with search.healing, search.app.app_context():
        _rebuild_quietly(search)
        drain()


def _rebuild_quietly(search: Search, progress: Progress | None = None) -> int | None:
    """How many records the new index holds; None where another process builds one, or where it cannot be built."""
    try:
        return rebuild(progress)
    except Busy:
        return None
    except Exception:
        log.exception("index could not be built", folder=str(search.folder.path))
        return None
