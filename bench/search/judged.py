"""Quality on judged sets: nDCG@10 and recall@100, with bootstrap intervals."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from pathlib import Path
from random import Random
from time import process_time

from expertise.base.findable import EVERYONE, Findable
from expertise.search.engine import Ask, Engine
from expertise.search.indexing import piece_of
from expertise.search.learning import learn
from expertise.search.query import read
from expertise.search.translating import Lexicon

SETS = {
    "nl-treaty-articles": ("nl", ""),
    "nl-kamervragen": ("nl", ""),
    "nl-lawnames": ("nl", ""),
    "cranfield-en": ("en", ""),
    "cisi-en": ("en", ""),
    "med-en": ("en", ""),
    "xl-en2nl": ("nl", "en"),
    "xl-nl2en": ("en", "nl"),
}
# Learnt from these alone; the sets above are never looked at.
ALIGNED = "parallel/treaty_articles_en_nl.dev.jsonl.gz"
DRAWS = 1000


@dataclass
class Judged:
    """One set."""

    name: str
    findables: dict[str, Findable]  # by key
    queries: list[tuple[str, str]]
    grades: dict[str, dict[str, float]]  # query, document


def load_set(folder: Path, name: str) -> Judged:
    """Read a set."""
    language = SETS[name][0]
    found: dict[str, Findable] = {}
    with gzip.open(folder / name / "docs.jsonl.gz", "rt") as lines:
        for line in lines:
            one = json.loads(line)
            piece = Findable(
                kind="entry",
                id=one["id"],
                title=one.get("title") or "",
                body=one["text"],
                url="/",
                readers=EVERYONE,
                language=language,
            )
            found[piece.key] = piece
    queries = [json.loads(line) for line in (folder / name / "dev/queries.jsonl").read_text().splitlines()]
    grades: dict[str, dict[str, float]] = {}
    for line in (folder / name / "dev/qrels.tsv").read_text().splitlines():
        query, document, grade = line.split("\t")
        grades.setdefault(query, {})[f"entry:{document}"] = float(grade)
    return Judged(name, found, [(one["id"], one["text"]) for one in queries if one["id"] in grades], grades)


def learnt(data: Path, source: str, target: str) -> Lexicon:
    """A vocabulary out of the aligned articles."""

    def pairs() -> Iterator[tuple[str, str]]:
        with gzip.open(data / ALIGNED, "rt") as lines:
            for line in lines:
                one = json.loads(line)
                yield one[source], one[target]

    found = learn(pairs(), source, target)
    return Lexicon.of((one.source, one.language, one.target, one.target_language, one.sure) for one in found)


def measure(judged: Judged, engine: Engine, lexicon: Lexicon | None) -> dict[str, float | list[float] | int]:
    """Ask every question."""
    began = process_time()
    engine.create()
    engine.build(map(piece_of, judged.findables.values()))
    built = process_time() - began

    gains, recalls, times = [], [], []
    for identity, text in judged.queries:
        grades = judged.grades[identity]
        began = process_time()
        query = read(text)
        others = lexicon.others(query) if lexicon else {}
        # Quality, whatever the time: the first question of a process reads word lists that a worker has read before.
        page = engine.search(Ask(query=query, tokens=EVERYONE, limit=100, others=others, seconds=60.0))
        times.append(process_time() - began)
        keys = [hit.key for hit in page.hits]
        gains.append(ndcg(keys, grades))
        wanted = {key for key, grade in grades.items() if grade > 0}
        recalls.append(len(wanted.intersection(keys)) / len(wanted) if wanted else 0.0)
    times.sort()
    return {
        "pieces": len(judged.findables),
        "queries": len(gains),
        "ndcg10": mean(gains),
        "interval": interval(gains),
        "recall100": mean(recalls),
        "build_s": built,
        "p50_ms": 1000 * times[len(times) // 2],
        "p95_ms": 1000 * times[int(len(times) * 0.95)],
    }


def ndcg(keys: list[str], grades: dict[str, float], cut: int = 10) -> float:
    """Discounted gain of the first ten, of the best there could be; gains are the grades."""
    gain = sum(grades.get(key, 0.0) / log2(place + 2) for place, key in enumerate(keys[:cut]))
    best = sum(grade / log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:cut]))
    return gain / best if best else 0.0


def mean(values: list[float]) -> float:
    """The mean."""
    return sum(values) / len(values) if values else 0.0


def interval(values: list[float]) -> list[float]:
    """Between which nineteen of twenty draws of the same queries lie."""
    random = Random(1)
    means = sorted(mean(random.choices(values, k=len(values))) for _ in range(DRAWS))
    return [means[int(DRAWS * 0.025)], means[int(DRAWS * 0.975)]]
