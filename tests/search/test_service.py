"""The index follows the database, and can be lost at any moment without losing anything."""

import os
import shutil
import stat
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from expertise.access.viewer import Viewer
from expertise.base.database import begin, session
from expertise.base.findable import EVERYONE, Outbox
from expertise.search import service
from expertise.search.queries import find
from expertise.search.service import Busy, catch_up, check, drain, rebuild, set_up
from expertise.search.warming import warm_up
from expertise.search.wiring import the_search
from tests.search.conftest import Shelf, a_piece

EQUAL: dict[str, list[str]] = {"missing": [], "stale": [], "extra": []}


def found(viewer: Viewer, text: str) -> list[str]:
    """Ids of what is found."""
    return [hit.piece.id for hit in find(viewer, text).hits]


def waiting() -> int:
    """Rows in the outbox."""
    session().rollback()
    begin("read")
    try:
        return session().scalar(select(func.count()).select_from(Outbox)) or 0
    finally:
        session().rollback()


def index_folder() -> Path:
    """The index in use."""
    path = the_search().folder.current()
    assert path
    return path


def forget_open_files() -> None:
    """As another process would find it."""
    the_search().engine().close()


def test_what_was_saved_is_found_at_once(searching: Flask, shelf: Shelf, anyone: Viewer) -> None:
    shelf.put(a_piece("a", "Clustermunitie", "Stand van zaken"))
    assert drain() == 1
    assert found(anyone, "clustermunitie") == ["a"]
    assert waiting() == 0


def test_what_was_changed_or_removed_is_no_longer_found_as_it_was(
    searching: Flask, shelf: Shelf, anyone: Viewer
) -> None:
    shelf.put(a_piece("a", "Clustermunitie"), a_piece("b", "Clustermunitie"))
    drain()
    shelf.change("a", title="Landmijnen")
    shelf.remove("b")
    drain()
    assert found(anyone, "clustermunitie") == []
    assert found(anyone, "landmijn") == ["a"]
    assert check() == {"database": 1, "index": 1, **EQUAL}


def test_a_hit_is_looked_at_again_before_it_is_shown(searching: Flask, shelf: Shelf, anyone: Viewer) -> None:
    shelf.put(a_piece("a", "nota"), a_piece("b", "nota"), a_piece("c", "nota"))
    drain()
    del shelf.pieces["a"]
    shelf.pieces["b"] = [a_piece("b", "nota geheim", readers=frozenset({"post:3"}))]
    results = find(anyone, "nota")
    assert [hit.piece.id for hit in results.hits] == ["c"]
    assert results.total == 1


def test_a_crash_between_database_and_index_is_made_good_at_the_start(
    searching: Flask, shelf: Shelf, anyone: Viewer
) -> None:
    shelf.put(a_piece("a", "Clustermunitie"))
    assert check()["missing"] == ["entry:a"]
    catch_up()
    assert found(anyone, "clustermunitie") == ["a"]


def test_a_crash_between_index_and_outbox_indexes_once_more(searching: Flask, shelf: Shelf, anyone: Viewer) -> None:
    shelf.put(a_piece("a", "Clustermunitie"), a_piece("b", "Iets"))
    child = os.fork()
    if child == 0:
        service._drain_batch(the_search())
        os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert waiting() == 2
    assert drain() == 2
    assert found(anyone, "clustermunitie") == ["a"]
    assert check() == {"database": 2, "index": 2, **EQUAL}


def test_while_another_process_writes_a_save_waits_shortly_and_leaves_its_row(
    searching: Flask, shelf: Shelf, anyone: Viewer
) -> None:
    shelf.put(a_piece("a", "Clustermunitie"))
    began = time.perf_counter()
    with the_search().folder.writing(wait=0):
        assert drain() == 0
    assert time.perf_counter() - began < service.WAIT + 1
    assert waiting() == 1
    assert drain() == 1


def test_a_deleted_folder_heals_itself(searching: Flask, shelf: Shelf, anyone: Viewer) -> None:
    shelf.put(a_piece("a", "Clustermunitie"))
    drain()
    shutil.rmtree(the_search().folder.path)
    assert found(anyone, "clustermunitie") == ["a"]
    shutil.rmtree(the_search().folder.path)
    shelf.put(a_piece("b", "Clustermunitie"))
    drain()
    assert waiting() == 0
    assert set(found(anyone, "clustermunitie")) == {"a", "b"}


@pytest.mark.parametrize("ending", [".pst", ".trm", ".facts.col", ".toc"])
@pytest.mark.parametrize("harm", ["truncated", "emptied", "gone", "scrambled"])
def test_a_damaged_file_heals_at_the_start(
    searching: Flask, shelf: Shelf, anyone: Viewer, ending: str, harm: str
) -> None:
    shelf.put(*(a_piece(f"a{n}", "Clustermunitie", "Stand van zaken") for n in range(5)))
    drain()
    forget_open_files()
    [path] = [one for one in (index_folder() / "open").iterdir() if one.name.endswith(ending)]
    if harm == "gone":
        path.unlink()
    else:
        whole = path.read_bytes()
        path.write_bytes(
            {"truncated": whole[: len(whole) // 2], "emptied": b"", "scrambled": b"x" * 9 + whole[9:]}[harm]
        )
    if harm == "scrambled":
        # The same length: only reading shows it.
        found(anyone, "clustermunitie")
    catch_up()
    assert len(found(anyone, "clustermunitie")) == 5
    assert check() == {"database": 5, "index": 5, **EQUAL}


def test_an_index_of_another_version_is_built_anew(searching: Flask, shelf: Shelf, anyone: Viewer) -> None:
    shelf.put(a_piece("a", "Clustermunitie"))
    drain()
    the_search().folder.made_with = "whoosh-next"
    catch_up()
    assert found(anyone, "clustermunitie") == ["a"]


def test_check_names_what_is_missing_stale_and_extra(searching: Flask, shelf: Shelf) -> None:
    shelf.put(a_piece("a", "nota"), a_piece("b", "twee"), a_piece("c", "drie"))
    drain()
    shelf.pieces["a"] = [a_piece("a", "anders")]
    del shelf.pieces["b"]
    shelf.pieces["d"] = [a_piece("d", "vier")]
    unequal = {"missing": ["entry:d"], "stale": ["entry:a"], "extra": ["entry:b"]}
    assert check() == {"database": 3, "index": 3, **unequal}
    rebuild()
    assert check() == {"database": 3, "index": 3, **EQUAL}


def test_what_changes_while_an_index_is_built_is_in_it(searching: Flask, shelf: Shelf, anyone: Viewer) -> None:
    shelf.put(a_piece("a", "nota"), a_piece("b", "twee"))
    drain()
    seen: list[tuple[int, int]] = []

    def meanwhile(done: int, total: int) -> None:
        seen.append((done, total))
        shelf.change("a", title="anders")
        shelf.put(a_piece("c", "drie"))
        shelf.remove("b")
        assert drain() == 3

    rebuild(meanwhile)
    assert seen == [(2, 2)]
    assert check() == {"database": 2, "index": 2, **EQUAL}
    assert found(anyone, "anders") == ["a"]


def test_what_not_everyone_may_read_is_written_last(searching: Flask, shelf: Shelf, anyone: Viewer) -> None:
    staff = frozenset({"post:1"})
    shelf.put(a_piece("a", "nota", readers=staff), a_piece("b", "nota"), a_piece("c", "nota", readers=staff))
    # A record of which not every piece is open waits as a whole.
    shelf.put(a_piece("d", "nota", part="1"), a_piece("d", "nota", part="2", readers=staff))
    drain()
    seen: list[tuple[int, int]] = []

    def meanwhile(done: int, total: int) -> None:
        if not seen:
            # Opened to everyone between the two.
            shelf.change("a", readers=EVERYONE)
            assert drain() == 1
        seen.append((done, total))

    rebuild(meanwhile)
    assert seen == [(1, 4), (4, 4)]
    assert check() == {"database": 5, "index": 5, **EQUAL}
    assert sorted(found(anyone, "nota")) == ["a", "b", "d"]


def test_two_do_not_build_at_once(searching: Flask) -> None:
    with the_search().folder.building(), pytest.raises(Busy):
        rebuild()


def test_another_process_notices_a_new_index_and_the_old_one_goes(
    searching: Flask, shelf: Shelf, anyone: Viewer, tmp_path: Path
) -> None:
    shelf.put(a_piece("a", "nota"))
    drain()
    ours = the_search()
    assert found(anyone, "nota") == ["a"]
    set_up(searching, [shelf.source()], folder=tmp_path / "index")
    rebuild()
    shelf.put(a_piece("b", "nota"))
    drain()
    the_search().close()
    searching.extensions["search"] = ours
    assert set(found(anyone, "nota")) == {"a", "b"}
    assert [path.name for path in (tmp_path / "index").iterdir() if path.is_dir()] == [index_folder().name]


def test_only_this_account_may_look_into_the_folder(searching: Flask) -> None:
    for path in (the_search().folder.path, index_folder()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_source_that_fails_does_not_fail_the_save(
    searching: Flask, shelf: Shelf, anyone: Viewer, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.put(a_piece("a", "nota"))
    shelf.pieces["a"] = [a_piece("a", title=None)]  # type: ignore[arg-type]
    assert drain() == 0
    assert waiting() == 1
    shelf.pieces["a"] = [a_piece("a", "nota")]
    assert drain() == 1


def test_a_process_is_warmed_up_where_there_is_an_index(searching: Flask, shelf: Shelf) -> None:
    shelf.put(a_piece("a", "Verdrag"))
    drain()
    assert warm_up()
    the_search().close()
    shutil.rmtree(the_search().folder.path)
    assert not warm_up()
