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
