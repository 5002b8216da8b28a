"""Who knows about this? Measured on rated pairs of people and subjects, beside two plain ways to answer it.

A subject is a paper, the people are researchers with their own papers; a rating says how expert somebody calls
themselves on a subject. Mostly one person is rated per subject, so what is measured is how high that one stands.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from math import log
from pathlib import Path
from time import process_time

from bench.search.judged import interval, mean, ndcg
from expertise.base.findable import EVERYONE, Findable
from expertise.experts import ranking
from expertise.experts.evidence import Evidence
from expertise.experts.finding import POOL
from expertise.search.engine import Ask, Engine
from expertise.search.indexing import piece_of
from expertise.search.query import read

FOLDER = "expert/reviewers"
KNOWS = 3.0  # of five: from here on somebody is an expert
# The number that suits the votes best, of 10, 20, 50, 100 and 200.
VOTES = 10
TODAY = date(2026, 1, 1)
Rank = Callable[[str], list[str]]


@dataclass
class Rated:
    """The set."""

    findables: list[Findable]
    years: dict[str, int | None]
    authors: dict[str, list[str]]  # by paper
    subjects: dict[str, dict[str, str]]  # by id: title, and title with text
    grades: dict[str, dict[str, float]]


def load(data: Path) -> Rated:
    """Read it."""
    folder = data / FOLDER
    found, years = [], {}
    for one in _lines(folder / "docs.jsonl.gz"):
        years[one["id"]] = one["year"]
        written = date(one["year"], 12, 31) if one["year"] else None
        found.append(
            Findable("entry", one["id"], one["title"] or "", "/", EVERYONE, body=one["text"] or "", date=written)
        )
    authors: dict[str, list[str]] = {}
    for one in _lines(folder / "people.jsonl.gz"):
        for paper in dict.fromkeys(one["papers"]):
            authors.setdefault(paper, []).append(one["person"])
    grades: dict[str, dict[str, float]] = {}
    for line in (folder / "dev/qrels.tsv").read_text().splitlines():
        subject, person, grade = line.split("\t")
        grades.setdefault(subject, {})[person] = float(grade)
    rows = [json.loads(line) for line in (folder / "dev/queries.jsonl").read_text().splitlines()]
    subjects = {
        one["id"]: {"title": one["title"], "text": f"{one['title']} {one['text'] or ''}"}
        for one in rows
        if one["id"] in grades
    }
    return Rated(found, years, authors, subjects, grades)


def _lines(path: Path) -> list[dict]:  # type: ignore[type-arg]
    with gzip.open(path, "rt") as lines:
        return [json.loads(line) for line in lines]


def measure(rated: Rated, engine: Engine, form: str) -> dict[str, dict[str, float | list[float]]]:
    """Each way to answer, on the titles alone or on titles with texts (`form`)."""
    engine.create()
    engine.build(map(piece_of, rated.findables))
    pools: dict[str, dict[str, float]] = {}
    wholes: dict[str, set[str]] = {}
    took = []
    for subject, texts in rated.subjects.items():
        began = process_time()
        asked = Ask(query=read(texts[form]), tokens=EVERYONE, limit=POOL, counted=False, seconds=60.0)
        hits = engine.search(asked).hits
        pools[subject] = {hit.key.partition(":")[2]: hit.score for hit in hits}
        wholes[subject] = {hit.key.partition(":")[2] for hit in hits if hit.complete}
        took.append(process_time() - began)
    took.sort()
    ways: dict[str, Rank] = {
        "who knows": lambda subject: _who_knows(rated, pools[subject], wholes[subject]),
        "votes": lambda subject: _votes(rated, pools[subject]),
        "profile BM25": Profiles(rated).ranker({key: texts[form] for key, texts in rated.subjects.items()}),
    }
    judged = {name: _judge(rated, rank) for name, rank in ways.items()}
    found: dict[str, dict[str, float | list[float]]] = {name: one.figures() for name, one in judged.items()}
    for name in ("votes", "profile BM25"):
        # The same subjects, pair by pair: what of the difference is chance.
        found[name]["map_behind"] = _behind(judged["who knows"].precisions, judged[name].precisions)
        found[name]["behind"] = _behind(judged["who knows"].gains, judged[name].gains)
    found["who knows"]["p95_ms"] = 1000 * took[int(len(took) * 0.95)]
    return found


def _who_knows(rated: Rated, scores: Mapping[str, float], whole: set[str]) -> list[str]:
    """What the product does: the same pool, the same arithmetic."""
    wrote = Counter(person for people in rated.authors.values() for person in people)
    evidence = [
        Evidence(person, "author", "entry", f"entry:{paper}", "", "", piece=paper, last=_day(rated.years[paper]))
        for paper in scores
        for person in rated.authors.get(paper, ())
    ]
    return _ordered(ranking.shared(ranking.by_documents(ranking.relevances(scores, whole), evidence, TODAY), wrote))


def _day(year: int | None) -> date | None:
    return date(year, 12, 31) if year else None


def _votes(rated: Rated, scores: Mapping[str, float]) -> list[str]:
    """Who wrote most of the first so many papers."""
    first = list(scores)[:VOTES]
    return _ordered(Counter(person for paper in first for person in rated.authors.get(paper, ())))


class Profiles:
    """All that somebody wrote as one document, and BM25 over those."""

    def __init__(self, rated: Rated) -> None:
        self.terms: dict[str, Counter[str]] = {}
        for piece in rated.findables:
            words = _words(f"{piece.title} {piece.body}")
            for person in rated.authors.get(piece.id, ()):
                self.terms.setdefault(person, Counter()).update(words)
        self.often = Counter(word for terms in self.terms.values() for word in terms)
        self.lengths = {person: sum(terms.values()) for person, terms in self.terms.items()}
        self.usual = sum(self.lengths.values()) / len(self.lengths)

    def ranker(self, texts: Mapping[str, str]) -> Rank:
        """People by what their profile scores."""
        return lambda subject: _ordered({one: self._score(one, set(_words(texts[subject]))) for one in self.terms})

    def _score(self, person: str, asked: set[str]) -> float:
        terms, total = self.terms[person], 0.0
        norm = 1.2 * (0.25 + 0.75 * self.lengths[person] / self.usual)
        for word in asked:
            if terms[word]:
                often = self.often[word]
                rare = log(1 + (len(self.terms) - often + 0.5) / (often + 0.5))
                total += rare * terms[word] * 2.2 / (terms[word] + norm)
        return total


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def _ordered(scores: Mapping[str, float]) -> list[str]:
    return [one for one, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])) if score > 0]


def _behind(better: list[float], worse: list[float]) -> list[float]:
    return interval([one - other for one, other in zip(better, worse, strict=True)])


@dataclass
class Judged:
    """One way to answer, subject by subject."""

    precisions: list[float]
    strict: list[float]  # where only those who know count
    gains: list[float]

    def figures(self) -> dict[str, float | list[float]]:
        """The means, with intervals."""
        return {
            "map": mean(self.precisions),
            "map_interval": interval(self.precisions),
            "map_knows": mean(self.strict),
            "ndcg10": mean(self.gains),
            "interval": interval(self.gains),
        }


def _judge(rated: Rated, rank: Rank) -> Judged:
    precisions, gains, strict = [], [], []
    for subject, grades in rated.grades.items():
        order = rank(subject)
        precisions.append(average_precision(order, set(grades)))
        gains.append(ndcg(order, grades))
        knows = {person for person, grade in grades.items() if grade >= KNOWS}
        if knows:
            strict.append(average_precision(order, knows))
    return Judged(precisions, strict, gains)


def average_precision(order: list[str], wanted: set[str]) -> float:
    """The mean of the precision at each place where one that is wanted stands."""
    found, total = 0, 0.0
    for place, person in enumerate(order, 1):
        if person in wanted:
            found += 1
            total += found / place
    return total / len(wanted) if wanted else 0.0
