"""Speed and size on real passages: build, memory, save to found, and questions of many kinds with rights and facets."""

import gc
import json
import lzma
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from random import Random
from time import monotonic, process_time

from expertise.base.findable import EVERYONE, Findable
from expertise.search.analysis import STOP, words
from expertise.search.engine import Ask, Broken, Engine, Page
from expertise.search.indexing import piece_of
from expertise.search.query import read
from expertise.search.snippets import Marker
from tests.search.hostile import BY_HAND, WORDS, at_random

FILES = ("nl-policy", "en-historian", "nl-treaties", "en-treaties", "nl-laws", "en-factbook", "en-ungdc")
# Enough of each to mix languages, in turns.
TURN = 900
KINDS = ("one word", "two words", "four words", "eight words", "phrase", "beginning", "typing error", "without",
         "with filter", "by date", "common words")  # fmt: skip
READERS = [frozenset({"all", f"post:{n}", f"person:{n}"}) for n in range(12)]


def passages(data: Path, count: int) -> Iterator[Findable]:
    """So many real passages, a tenth of them restricted."""
    random = Random(3)
    sources = [_read(data / "corpus" / f"{name}.jsonl.xz") for name in FILES]
    number = 0
    while sources and number < count:
        for source in list(sources):
            taken = list(islice(source, TURN))
            if not taken:
                sources.remove(source)
            for one in taken[: count - number]:
                yield _piece(random, number, one)
                number += 1
    # There are 218,000 passages; where more are asked for, the first ones come once more, as pieces of their own.
    if 0 < number < count:
        for one in islice(passages(data, number), count - number):
            yield replace(one, id=f"p{number}", url=f"/p/{number}", dossier=f"d{number // 40}")
            number += 1


def _read(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with lzma.open(path, "rt") as lines:
            yield from map(json.loads, lines)


def _piece(random: Random, number: int, one: dict[str, str]) -> Findable:
    restricted = random.random() < 0.1
    return Findable(
        kind=random.choice(["entry", "entry", "entry", "handover", "dossier"]),
        id=f"p{number}",
        title=one.get("title") or one.get("section") or "",
        body=one["text"],
        url=f"/p/{number}",
        readers=frozenset({f"post:{random.randrange(12)}"}) if restricted else EVERYONE,
        language=one.get("lang") if one.get("lang") in ("nl", "en", "fr") else "en",
        date=date(2005 + random.randrange(20), 1 + random.randrange(12), 1),
        post=f"P{random.randrange(140)}",
        author=f"a{random.randrange(1500)}",
        dossier=f"d{number // 40}",
        domains=tuple(random.sample(["cyber", "navo", "arms", "trade", "migration", "water"], 2)),
    )


def questions(pieces: list[Findable], each: int) -> list[tuple[str, str, dict[str, object]]]:
    """Questions of each kind, made of the passages' own words: kind, text, more."""
    random = Random(4)
    found: list[tuple[str, str, dict[str, object]]] = []
    for kind in KINDS:
        while sum(one[0] == kind for one in found) < each:
            piece = random.choice(pieces)
            telling = [word for word in words(piece.body) if len(word) > 4 and word.lower() not in STOP[piece.language]]
            if len(telling) > 12:
                found.append((kind, *_asked(random, kind, telling, piece)))
    return found


def _asked(random: Random, kind: str, telling: list[str], piece: Findable) -> tuple[str, dict[str, object]]:
    word = random.choice(telling)
    counts = {"two words": 2, "four words": 4, "eight words": 8}
    if kind in counts:
        return " ".join(random.sample(telling, counts[kind])), {}
    if kind == "phrase":
        place = random.randrange(20)
        return f'"{" ".join(words(piece.body)[place : place + 3])}"', {}
    if kind == "beginning":
        return f"{word[:4]}*", {}
    if kind == "typing error":
        place = random.randrange(1, len(word) - 1)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :], {}
    if kind == "without":
        return f"{word} -{random.choice(telling)}", {}
    if kind == "with filter":
        return word, {"filters": {"post": (piece.post or "P1",), "kind": (piece.kind,)}}
    if kind == "by date":
        return word, {"sort": "date"}
    if kind == "common words":
        return random.choice(["verdrag staten", "the state treaty", "artikel lid", "government united", "minister"]), {}
    return word, {}


def memory() -> int:
    """What this process holds, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def measure(engine: Engine, folder: Path, data: Path, count: int, each: int) -> dict[str, object]:
    """One engine on so many passages; CPU milliseconds. An index of as many that stands there is not built again."""
    before = memory()
    pieces = list(passages(data, count))
    loaded = memory()
    built = _built(engine, pieces)
    by_key = {piece.key: piece for piece in pieces}
    # The passages stand in memory for the snippets alone; Python need not walk through them while it is measured.
    gc.collect()
    gc.freeze()
    asked = questions(pieces[: 20 * each], each)
    began = process_time()
    engine.close()
    engine.search(_ask("verdrag", READERS[0], {}))
    opened = process_time() - began
    times: dict[str, list[float]] = {}
    for (kind, text, more), tokens in zip(asked, cycle(READERS), strict=False):
        began = process_time()
        shown(engine.search(_ask(text, tokens, more)), by_key)
        times.setdefault(kind, []).append(1000 * (process_time() - began))
    worst, partial = _hostile(engine, each)
    fresh = [_save(engine, pieces[number]) for number in range(60)]
    every = [one for some in times.values() for one in some]
    return {
        "pieces": len(pieces),
        "per_cpu_second": round(len(pieces) / built) if built else 0,
        "disk_mb": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1_000_000,
        "memory_mb": memory() - loaded,
        "passages_mb": loaded - before,
        "open_ms": round(1000 * opened),
        "p50": percentile(every, 0.5),
        "p95": percentile(every, 0.95),
        "saved_found_p95": percentile(fresh, 0.95),
        "hostile_worst_s": worst,
        "hostile_partial": partial,
        "kinds": {kind: [percentile(some, 0.5), percentile(some, 0.95)] for kind, some in times.items()},
    }


# Beginnings of thousands of words, and words of most pieces.
WIDE = (
    "ver* bes* ond* int* con* pro* sta* ove* uit* aan*",
    " OR ".join(f"{first}{second}*" for first in "abdegiklmoprstv" for second in ("an", "er", "in", "on")),
    '"van de" "in de" "of the" "to the" "het de een van"',
    "staten verdrag artikel lid wet minister regering government " * 12,
)


def _hostile(engine: Engine, each: int) -> tuple[float, str]:
    """The slowest of questions that nobody should ask, in seconds of the clock, and how many answers were partial."""
    random = Random(12)
    asked = [*BY_HAND, *WIDE, *(f"{one[:3]}*" for one in WORDS), *(at_random(random) for _ in range(5 * each))]
    times, partial = [], 0
    for text, tokens in zip(asked, cycle(READERS), strict=False):
        began = monotonic()
        partial += engine.search(_ask(text, tokens, {})).hurried
        times.append(monotonic() - began)
    return round(max(times), 2), f"{partial} of {len(asked)}"


def _built(engine: Engine, pieces: list[Findable]) -> float:
    """The CPU seconds of building; none where an earlier run left an index of as many pieces."""
    try:
        if len(engine.contents()) == len(pieces):
            return 0.0
    except Broken:
        pass
    engine.create()
    began = process_time()
    # As the product builds it: the open ones first.
    engine.build(map(piece_of, sorted(pieces, key=lambda piece: not piece.is_open)))
    return process_time() - began


def _ask(text: str, tokens: frozenset[str], more: dict[str, object]) -> Ask:
    return Ask(query=read(text), tokens=tokens, today=date(2026, 11, 23), **more)  # type: ignore[arg-type]


def shown(page: Page, by_key: dict[str, Findable]) -> list[object]:
    """The snippets of a page."""
    marker = Marker(page.marks, page.weights)
    pieces = [by_key[hit.key] for hit in page.hits]
    return [marker.snippet((piece.body, piece.summary), piece.language) for piece in pieces]


def _save(engine: Engine, piece: Findable) -> float:
    word = f"vers{piece.id}"
    began = process_time()
    engine.write([piece_of(replace(piece, body=f"{piece.body} {word}"))])
    page = engine.search(_ask(word, frozenset({"all", *piece.readers}), {}))
    taken = 1000 * (process_time() - began)
    assert [hit.key for hit in page.hits] == [piece.key]
    return taken


def percentile(values: list[float], share: float) -> float:
    """Of a list of times."""
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))], 1)


def measure_fts5(folder: Path, data: Path, count: int, each: int) -> dict[str, object]:
    """SQLite's own full text on the same passages and questions: ranked, with snippets, without facets and rights."""
    pieces = list(passages(data, count))
    database = sqlite3.connect(folder / "fts5.db")
    began = process_time()
    database.execute("CREATE VIRTUAL TABLE piece USING fts5(title, body, tokenize = 'unicode61 remove_diacritics 2')")
    database.executemany("INSERT INTO piece VALUES (?, ?)", ((piece.title, piece.body) for piece in pieces))
    database.commit()
    built = process_time() - began
    times = []
    for _kind, text, _more in questions(pieces[: 20 * each], each):
        match = " OR ".join(f'"{word}"' for word in words(text))
        began = process_time()
        query = "SELECT rowid, snippet(piece, 1, '', '', '', 30) FROM piece WHERE piece MATCH ? ORDER BY rank LIMIT 20"
        database.execute(query, (match,)).fetchall()
        times.append(1000 * (process_time() - began))
    database.close()
    size = (folder / "fts5.db").stat().st_size // 1_000_000
    return {
        "pieces": len(pieces),
        "per_cpu_second": round(len(pieces) / built),
        "disk_mb": size,
        "p50": percentile(times, 0.5),
        "p95": percentile(times, 0.95),
    }
