"""A thesaurus of 7,000 concepts in three languages comes in, and again changes nothing; how long it took is printed."""

import json
import random
import time
from pathlib import Path

import pytest
from flask import Flask

from expertise.cli import main

CONCEPTS = 7000
TOPS = 20
WORDS = {"nl": "thema", "en": "theme", "fr": "thème"}


def thesaurus(count: int) -> str:
    """Concepts with a name and two other words in each language, under one another at random."""
    drawing = random.Random(7)
    parts = ["@prefix skos: <http://www.w3.org/2004/02/skos/core#> .", "@prefix e: <http://thesaurus.example/> ."]
    for number in range(count):
        labels = " ; ".join(
            f'skos:prefLabel "{word} {number}"@{one} ; '
            f'skos:altLabel "ander {word} {number}"@{one} , "{word} {number} bis"@{one}'
            for one, word in WORDS.items()
        )
        above = f" ; skos:broader e:{drawing.randrange(number)}" if number >= TOPS else ""
        parts.append(f'e:{number} a skos:Concept ; {labels} ; skos:definition "What {number} is about."{above} .')
    return "\n".join(parts)


@pytest.mark.drill
def test_a_thesaurus_comes_in_and_again_changes_nothing(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "thesaurus.ttl"
    file.write_text(thesaurus(CONCEPTS))
    for new, unchanged in ((CONCEPTS, 0), (0, CONCEPTS)):
        began, worked = time.perf_counter(), time.process_time()
        done = app.test_cli_runner().invoke(main, ["import", "domains", str(file), "--json"])
        assert done.exit_code == 0, done.output
        report = json.loads(done.stdout)
        assert (report["new"], report["changed"], report["unchanged"]) == (new, 0, unchanged)
        spent = f"{time.perf_counter() - began:.1f} s, of which {time.process_time() - worked:.1f} s of processor"
        print(f"{CONCEPTS} concepts, {new} of them new: {spent}")
