"""`make bench-search`: one table on the screen, and the same as JSON."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.search import experts, judged, speed
from expertise.search.wiring import ENGINES

DATA = os.environ.get("EXPERTISE_TESTS_DATA", "../shared/data")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="make bench-search", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(DATA), help="folder with ir/, corpus/ and parallel/")
    parser.add_argument("--engines", nargs="*", default=sorted(ENGINES))
    parser.add_argument("--sets", nargs="*", default=list(judged.SETS), help="judged sets; none: no quality")
    parser.add_argument("--no-experts", action="store_true", help="leave out who knows about what")
    parser.add_argument("--passages", nargs="*", type=int, default=[10_000], help="sizes; none: no speed")
    parser.add_argument("--each", type=int, default=40, help="questions of each kind")
    parser.add_argument(
        "--keep", type=Path, help="folder in which the index stays, so that the next run need not build it"
    )
    parser.add_argument("--out", type=Path, default=Path("bench-search.json"))
    asked = parser.parse_args()
    report: dict[str, Any] = {"judged": {}, "experts": {}, "speed": {}}
    for name, engine, found in _judged(asked):
        report["judged"].setdefault(name, {})[engine] = found
    if not asked.no_experts:
        report["experts"] = _experts(asked)
    for count in asked.passages:
        for engine, found in _speed(asked, count):
            report["speed"].setdefault(str(count), {})[engine] = found
    asked.out.write_text(json.dumps(report, indent=1))
    _say(f"\nwritten to {asked.out}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _judged(asked: argparse.Namespace) -> Iterator[tuple[str, str, Any]]:
    if asked.sets:
        _say(f"{'set':<20} {'engine':<8} {'nDCG@10':>8} {'interval':>14} {'rec@100':>8} {'p50':>6} {'p95 ms':>7}")
    for name in asked.sets:
        if not (asked.data / "ir" / name).is_dir():
            _say(f"{name:<20} skipped: there is no {asked.data / 'ir' / name}")
            continue
        language, other = judged.SETS[name]
        lexicon = judged.learnt(asked.data, other, language) if other else None
        loaded = judged.load_set(asked.data / "ir", name)
        for engine in asked.engines:
            with tempfile.TemporaryDirectory() as folder:
                opened = ENGINES[engine](Path(folder) / "index")
                found = judged.measure(loaded, opened, lexicon)
                opened.close()
            low, high = found["interval"]  # type: ignore[misc]
            _say(
                f"{name:<20} {engine:<8} {found['ndcg10']:>8.3f} {f'{low:.3f}-{high:.3f}':>14}"
                f" {found['recall100']:>8.3f} {found['p50_ms']:>6.1f} {found['p95_ms']:>7.1f}"
            )
            yield name, engine, found


def _experts(asked: argparse.Namespace) -> dict[str, Any]:
    if not (asked.data / experts.FOLDER).is_dir():
        _say(f"who knows skipped: there is no {asked.data / experts.FOLDER}")
        return {}
    rated = experts.load(asked.data)
    _say(f"\nwho knows, {len(rated.subjects)} subjects: MAP with its interval; MAP of those rated 3 or more; nDCG@10")
    report: dict[str, Any] = {}
    for form in ("title", "text"):
        for engine in asked.engines:
            with tempfile.TemporaryDirectory() as folder:
                opened = ENGINES[engine](Path(folder) / "index")
                found = experts.measure(rated, opened, form)
                opened.close()
            for way, one in found.items():
                spread, wide = (f"{low:.3f}-{high:.3f}" for low, high in (one["map_interval"], one["interval"]))  # type: ignore[misc]
                _say(
                    f"{form:<6} {engine:<8} {way:<13} {one['map']:.3f} {spread} {one['map_knows']:.3f}"
                    f"   {one['ndcg10']:.3f} {wide}{_behind(one)}"
                )
            report.setdefault(form, {})[engine] = found
    return report


def _behind(one: dict[str, Any]) -> str:
    """By how much it stays behind, between which bounds: MAP, then nDCG@10."""
    if "behind" not in one:
        return ""
    return "   behind by " + ", ".join(f"{low:.3f}-{high:.3f}" for low, high in (one["map_behind"], one["behind"]))


def _speed(asked: argparse.Namespace, count: int) -> Iterator[tuple[str, Any]]:
    if not (asked.data / "corpus").is_dir():
        _say(f"speed skipped: there is no {asked.data / 'corpus'}")
        return
    _say(f"\n{count} passages, a tenth restricted; CPU ms with rights, seven facets, 20 snippets")
    for engine in [*asked.engines, "fts5"]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if engine == "fts5":
                found = speed.measure_fts5(folder, asked.data, count, asked.each)
            else:
                folder = asked.keep / f"{engine}-{count}" if asked.keep else folder
                opened = ENGINES[engine](folder / "index")
                found = speed.measure(opened, folder, asked.data, count, asked.each)
                opened.close()
        _say(f"{engine}: " + ", ".join(f"{key} {value}" for key, value in found.items() if key != "kinds"))
        for kind, (half, most) in dict(found.get("kinds", {})).items():  # type: ignore[call-overload]
            _say(f"  {kind:<14} {half:>7} {most:>7}")
        yield engine, found


if __name__ == "__main__":
    main()
