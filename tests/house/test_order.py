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


def imported_by(path: Path) -> set[str]:
    """The modules that a file imports, by their whole name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def furniture(*kinds: str) -> list[Path]:
    """The files of a kind in every room, with those beside them: `entry_service.py` and `models/entry.py` too."""
    return [
        path
        for path in sources()
        if any(part == kind or part.endswith(f"_{kind}") for part in path.with_suffix("").parts for kind in kinds)
    ]


def test_verbs_questions_and_models_know_no_flask() -> None:
    renders = ROOT / "expertise" / "handovers" / "exchange" / "to_html.py"  # a page that stands by itself
    for path in furniture("service", "queries", "models", "findable", "exchange"):
        if path == renders:
            continue
        tops = {name.split(".")[0] for name in imported_by(path)}
        assert not tops & {"flask", "flask_login", "flask_wtf"}, path


def test_views_hold_no_session_and_no_sql() -> None:
    for path in furniture("views"):
        imported = imported_by(path)
        assert "expertise.base.database" not in imported, path
        assert not [name for name in imported if name.split(".")[0] == "sqlalchemy"], path


def test_only_search_knows_the_engine() -> None:
    for path in sources():
        tops = {name.split(".")[0] for name in imported_by(path)}
        assert "search" in path.parts or not tops & {"whoosh", "tantivy"}, path
