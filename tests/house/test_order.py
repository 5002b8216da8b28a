"""The order of the rooms, and the habits that keep them apart."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = sorted(path.name for path in (ROOT / "expertise").iterdir() if (path / "__init__.py").exists())


def sources() -> list[Path]:
    """Every Python file of the product."""
    return sorted((ROOT / "expertise").rglob("*.py"))


def test_no_room_imports_from_above() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_room_has_its_place_in_the_order() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = {layer.removeprefix("expertise.") for layer in contracts[0]["layers"]}
    assert set(ROOMS) <= layers


def test_no_import_inside_a_function_and_no_drawer_for_everything() -> None:
    for path in sources():
        assert not {"utils", "helpers", "common", "misc"} & set(path.with_suffix("").parts), path
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
                assert not inner, f"{path}:{inner and inner[0].lineno}"


def test_only_the_door_the_command_line_and_loaders_commit() -> None:
    allowed = {"access/gate.py", "base/database.py", "base/commands.py"}
    for path in sources():
        name = path.relative_to(ROOT / "expertise").as_posix()
        if name.startswith(("search/whoosh", "search/tantivy")):
            continue  # commits to the index, which is no transaction of ours
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
                assert name in allowed, f"{path}:{node.lineno} commits"


def test_verbs_questions_and_models_know_no_flask() -> None:
    for path in sources():
        if path.stem not in {"service", "queries", "models", "findable", "exchange"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not [name for name in names if name.split(".")[0] in ("flask", "flask_login", "flask_wtf")], path


def test_views_hold_no_session_and_no_sql() -> None:
    for path in sources():
        if path.stem != "views":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] != "sqlalchemy", path
                assert node.module != "expertise.base.database", path


def test_only_search_knows_the_engine() -> None:
    for path in sources():
        if "search" in path.parts:
            continue
        assert "whoosh" not in [
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        ], path
