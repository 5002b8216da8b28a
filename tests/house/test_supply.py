"""What an installation is made of: the bill of materials names what the lock pins, all of it and nothing else."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==([^ ;]+)", re.MULTILINE)
HASH = "--hash=sha256:"


def test_everything_is_pinned_with_hashes() -> None:
    for lock in ("base", "dev", "tantivy"):
        text = (ROOT / "requirements" / f"{lock}.txt").read_text()
        entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", text).strip())
        assert entries
        assert [one for one in entries if HASH not in one or not PINNED.match(one)] == []


def test_a_rule_of_safety_is_set_aside_for_a_reason_that_stands_beside_it() -> None:
    set_aside = re.compile(r"#\s*(?:noqa: S\d+(?P<why> \(.{8,}\))?|nosec|nosemgrep|pragma: allowlist)")
    found = [
        (path.relative_to(ROOT), number, line.strip())
        for folder in ("expertise", "migrations")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (mark := set_aside.search(line)) and not mark["why"]
    ]
    assert found == []


# Names, words and examples that look like secrets, and are none; docs/security.md says what each is.
KNOWN = {
    "README.md": {"smtp://user:password@mail.example.org:587"},
    "config.py": {"smtp://user:password@mail.example.org:587", "smtp://user:password@host:port"},
    "expertise/demo/ministry.py": {'PASSWORD = "expertise-demo"'},
}
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bexpertise_[\w-]{40,}"
    r"|\beyJ[\w-]{20,}\.eyJ|\w+://[^\s/:@'\"]+:[^\s/@'\"*{]+@[\w.:]+"
    r"|(?i:\b(?:password|passwd|secret|secret_key|api_key|token)) = [\"'][^\"'\s{%]{8,}[\"']"
)


def test_no_secret_stands_in_what_is_shipped() -> None:
    paths = [ROOT / name for name in ("README.md", "Makefile", "pyproject.toml", "config.py", "wsgi.py")]
    for folder in ("expertise", "migrations", "templates", "docs"):
        paths += [one for one in (ROOT / folder).rglob("*") if one.suffix in {".py", ".html", ".md", ".toml", ".js"}]
    found = {
        (path.relative_to(ROOT).as_posix(), match[0])
        for path in paths
        for match in SECRET.finditer(path.read_text())
        if match[0] not in KNOWN.get(path.relative_to(ROOT).as_posix(), ())
    }
    assert found == set()
    # The looking finds one.
    assert SECRET.search('API_KEY = "q1w2e3r4t5y6"')
    assert SECRET.search("postgresql://expertise:hunter2@db/expertise")


def test_the_bill_of_materials_is_the_lock(tmp_path: Path) -> None:
    out, lock = tmp_path / "sbom.json", ROOT / "requirements" / "base.txt"
    tool = Path(sys.executable).parent / "cyclonedx-py"
    subprocess.run(
        [tool, "requirements", lock, "--output-reproducible", "--no-validate", "-o", out],
        check=True,
        capture_output=True,
    )
    bill = json.loads(out.read_text())
    assert bill["bomFormat"] == "CycloneDX"
    named = {(one["name"], one["version"]) for one in bill["components"]}
    assert named == set(PINNED.findall(lock.read_text()))
    assert len(named) > 40
