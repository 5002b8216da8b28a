"""The table of OWASP ASVS in docs/security.md, made of docs/asvs.toml: `make security`."""

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
DATA = ROOT / "docs" / "asvs.toml"
PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- made of asvs.toml: make security -->\n", "<!-- until here -->\n"
# What a requirement says of itself, and in what words the table says so.
STATES = {"shown": "met", "operator": "the installation", "not_met": "**not met**", "none": "does not apply"}
CHAPTERS = (
    *("Encoding and sanitization", "Validation and business logic", "Web frontend", "API and web service"),
    *("File handling", "Authentication", "Session management", "Authorization", "Self-contained tokens"),
    *("OAuth and OIDC", "Cryptography", "Secure communication", "Configuration", "Data protection"),
    *("Secure coding and architecture", "Logging and error handling", "WebRTC"),
)


def requirements() -> dict[str, dict[str, Any]]:
    """By number: level, asks, and one of STATES."""
    return tomllib.loads(DATA.read_text())


def table(rows: dict[str, dict[str, Any]]) -> str:
    """What stands between the marks on the page."""
    counted = {state: [one for one in rows.values() if state in one] for state in STATES}
    levels = [[state, *(sum(one["level"] == level for one in counted[state]) for level in (1, 2))] for state in STATES]
    lines = ["| | level 1 | level 2 |", "|---|---|---|"]
    lines += [f"| {STATES[str(state)]} | {one} | {two} |" for state, one, two in levels]
    for number, chapter in enumerate(CHAPTERS, 1):
        lines += [
            "",
            f"### V{number} {chapter}",
            "",
            "| | level | asks | | shown by, or why |",
            "|---|---|---|---|---|",
        ]
        lines += [_line(name, one) for name, one in rows.items() if name.startswith(f"{number}.")]
    return "\n".join(lines) + "\n"


def _line(name: str, one: dict[str, Any]) -> str:
    (state,) = one.keys() & STATES.keys()
    why = "<br>".join(f"`{shown}`" for shown in one["shown"]) if state == "shown" else one[state]
    return f"| {name} | {one['level']} | {one['asks']} | {STATES[state]} | {why} |"


def page() -> str:
    """The page with the table as it is to be."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    return before + BEGIN + "\n" + table(requirements()) + "\n" + END + rest.partition(END)[2]


def is_there(shown: str) -> bool:
    """Whether a test, a part of a page or a file that is named exists."""
    path, mark, name = re.findall(r"^([^:#]+)(::|#|)(.*)$", shown)[0]
    file = ROOT / path
    if not file.is_file():
        return False
    if mark == "::":
        return re.search(rf"^def {re.escape(name)}\(", file.read_text(), re.MULTILINE) is not None
    return not mark or re.search(rf"^#+ {re.escape(name)}$", file.read_text(), re.MULTILINE) is not None


if __name__ == "__main__":
    PAGE.write_text(page())
