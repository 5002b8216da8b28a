"""docs/ is true: what it names in the rooms is there, and its links lead somewhere."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
ROOMS = re.split(r"^### (?=[a-z]+$)", (ROOT / "docs" / "house.md").read_text(), flags=re.MULTILINE)[1:]


def defined_in(path: Path) -> set[str]:
    """The functions and classes of a file, or of all files of a folder."""
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name for file in files for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, kinds)}


def without_brackets(text: str) -> str:
    """What stands outside all brackets."""
    while "(" in text:
        text, before = re.sub(r"\([^()]*\)", "", text), text
        assert text != before, f"a bracket is not closed: {text}"
    return text


def test_every_verb_and_question_of_the_house_is_where_the_document_says() -> None:
    named = 0
    for section in ROOMS:
        room = ROOT / "expertise" / section.splitlines()[0]
        for file, cell in re.findall(r"^\| `([\w/]+\.py)` \| (.*) \|$", section, re.MULTILINE):
            names = re.findall(r"\b[a-z][a-z_]*(?=\s*(?:,|;|$))", without_brackets(cell))
            missing = set(names) - defined_in(room / file)
            assert not missing, f"docs/house.md, {room.name}/{file}: {sorted(missing)}"
            named += len(names)
    assert named > 300


def test_every_table_of_a_room_is_in_the_document_of_the_house() -> None:
    told = {section.splitlines()[0]: section for section in ROOMS}
    for path in sorted((ROOT / "expertise").glob("*/models*.py")) + sorted((ROOT / "expertise").glob("*/models/*.py")):
        room = path.relative_to(ROOT / "expertise").parts[0]
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and "Model" in {ast.unparse(base) for base in node.bases}:
                assert f"`{node.name}`" in told[room], f"docs/house.md, {room}: {node.name}"


def test_every_link_and_every_decision_that_a_document_names_is_there() -> None:
    decisions = {int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("0*.md")}
    for path in DOCUMENTS:
        text = path.read_text()
        for number in re.findall(r"\bADR (\d+)", text):
            assert int(number) in decisions, f"{path.name}: ADR {number}"
        headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
        for target in re.findall(r"\]\(#([^)]+)\)", text):
            assert target in anchors, f"{path.name}: #{target}"


def test_every_decision_is_listed_under_its_own_words() -> None:
    folder = ROOT / "docs" / "adr"
    listed = (folder / "README.md").read_text()
    for path in folder.glob("0*.md"):
        number, title = path.read_text().splitlines()[0].removeprefix("# ").split(". ", 1)
        assert f"| [{number}]({path.name}) | {title} |" in listed, path.name
