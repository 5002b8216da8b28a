"""Killed between the bytes and the row, or in the middle of the bytes: nothing need be repaired by hand."""

import hashlib
import io
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from expertise.base.database import begin, engine, session
from expertise.files import child, keeping, service
from expertise.files.checking import Checked
from expertise.files.models import Content
from expertise.files.owners import load
from expertise.files.wiring import the_files
from tests import make
from tests.conftest import settings_for

# Adds a file as a request does, and is killed at a point.
SCRIPT = """
import io, os, signal, sys
from expertise import create_app
from expertise.access.viewer import system
from expertise.base.database import begin, session
from expertise.files import service
from expertise.files.checking import Checked
from expertise.files.owners import load
from expertise.files.wiring import the_files
from tests.conftest import settings_for
import hashlib, pathlib
instance, database, owner, point = sys.argv[1:]
data = b"tekst " * 1000

class Dies(io.BytesIO):
    def read(self, size=-1):
        if point == "in the bytes" and self.tell():
            os.kill(os.getpid(), signal.SIGKILL)
        return super().read(1000)

app = create_app(settings_for(pathlib.Path(instance), EXPERTISE_DATABASE_URL=database))
with app.app_context():
    begin("write")
    checked = Checked(Dies(data), "a.txt", "txt", len(data), hashlib.sha256(data).hexdigest(), "read", "tekst")
    service.add_file(system(), load("dossier", [owner])[owner], checked)
    if point == "before the commit":
        os.kill(os.getpid(), signal.SIGKILL)
    session().commit()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("point", "kept"), [("in the bytes", 0), ("before the commit", 0), ("after the commit", 1)])
def test_a_kill_leaves_nothing_that_a_start_does_not_put_right(
    app: Flask, munitions: str, point: str, kept: int
) -> None:
    instance = str(app.config["INSTANCE"])
    root = Path(__file__).parent.parent.parent
    with app.app_context():
        database = engine().url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, instance, database, munitions, point], cwd=root, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    with app.app_context():
        keeping.tidy()
        assert keeping.check() == {"database": kept, "files": kept, "missing": [], "extra": [], "corrupt": []}
        begin("read")
        assert len(session().scalars(select(Content.sha256)).all()) == kept
    left = [path for path in (Path(instance) / "files").rglob("*") if path.is_file() and path.name != ".lock"]
    assert len(left) == kept


def test_a_sweep_waits_for_whoever_adds_and_takes_nothing_of_theirs(app: Flask, munitions: str) -> None:
    data = b"tekst"
    swept: list[int] = []

    def sweep() -> None:
        with app.app_context():
            swept.append(keeping.sweep())

    sweeper = threading.Thread(target=sweep)
    with app.app_context():
        begin("write")
        checked = Checked(io.BytesIO(data), "a.txt", "txt", len(data), hashlib.sha256(data).hexdigest(), "read", "x")
        service.add_file(make.SYSTEM, load("dossier", [munitions])[munitions], checked)
        sweeper.start()
        sweeper.join(timeout=0.5)
        assert sweeper.is_alive()
        session().commit()
        sweeper.join(timeout=60)
        assert swept == [0]
        assert keeping.check()["missing"] == []


def test_a_change_that_is_rolled_back_leaves_a_content_that_the_sweep_takes(app: Flask, munitions: str) -> None:
    data = b"tekst"
    with app.app_context():
        begin("write")
        checked = Checked(io.BytesIO(data), "a.txt", "txt", len(data), hashlib.sha256(data).hexdigest(), "read", "x")
        service.add_file(make.SYSTEM, load("dossier", [munitions])[munitions], checked)
        session().rollback()
        assert len(keeping.check()["extra"]) == 1
        assert keeping.sweep() == 1
        assert list(the_files().store.contents()) == []


PROBE = """
import os, resource, socket, subprocess, sys
sys.path.insert(0, {root!r})
from expertise.files.reading import limits
limits.set_bounds()
shut = limits.shut_in()
def tried(what):
    try:
        what()
    except OSError as why:
        return why.errno
    except MemoryError:
        return "memory"
    return None
probes = (
    lambda: open("/etc/hostname"), lambda: socket.socket(), lambda: os.open("/tmp/x", os.O_CREAT | os.O_WRONLY),
    os.fork, lambda: os.execv("/bin/true", ["true"]), lambda: os.rename("/tmp/a", "/tmp/b"),
    lambda: bytearray(500 * 1024 * 1024),
)
print(shut, *map(tried, probes))
"""


def test_the_child_can_open_connect_start_and_rename_nothing_and_has_little_memory() -> None:
    root = str(Path(__file__).parent.parent.parent)
    done = subprocess.run([sys.executable, "-c", PROBE.format(root=root)], capture_output=True, text=True)
    assert done.stdout.split() == ["True", "1", "1", "1", "1", "1", "1", "memory"], done.stderr[-2000:]


def test_the_child_gets_no_secret_and_a_reader_that_never_ends_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = tmp_path / "start.py"
    monkeypatch.setattr(child, "START", start)
    monkeypatch.setenv("EXPERTISE_SECRET_KEY", "x" * 40)
    with (tmp_path / "a").open("wb+") as file:
        start.write_text("import os, sys; sys.stdout.write(repr(sorted(os.environ)))")
        assert b"EXPERTISE" not in child.ask(file, "check", "txt")
        start.write_text("while True: pass")
        with pytest.raises(child.Slow):
            child.ask(file, "check", "txt", seconds=0.5)
        start.write_text("import os\nwhile True: os.write(1, bytes(1 << 20))")
        monkeypatch.setattr(child, "MOST_ANSWER", 1 << 22)
        with pytest.raises(child.Died):
            child.ask(file, "check", "txt")
        start.write_text("raise SystemExit(3)")
        with pytest.raises(child.Died):
            child.ask(file, "check", "txt")


def test_settings_that_name_no_folder_stop_the_start(tmp_path: Path) -> None:
    import config

    for bad in ("s3://bucket/files", "files", "file://elsewhere/files", "https://x.example/"):
        with pytest.raises(config.BadSetting, match="EXPERTISE_FILES_URL"):
            settings_for(tmp_path, EXPERTISE_FILES_URL=bad)
    assert settings_for(tmp_path, EXPERTISE_FILES_URL="file:///srv/my%20files").files_url == Path("/srv/my files")
    assert settings_for(tmp_path).files_url == tmp_path / "files"
