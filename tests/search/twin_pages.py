"""Pairs of worlds over HTTP: every page, answer and letter that a reader gets of what search knows, as bytes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from flask import Flask

from expertise.access.viewer import system
from expertise.base.database import begin, session
from expertise.base.findable import EVERYONE, Findable
from expertise.search.service import drain, rebuild, set_up
from expertise.search.wiring import the_search
from expertise.watching.searches import look_for_watchers
from tests.conftest import Browser
from tests.search.conftest import Shelf
from tests.search.twins import QUERIES, SECRET, worlds

# What differs between any two answers: tokens and numbers of forms, the time it took, random ids of what is watched.
_OTHERWISE = re.compile(
    r'"took_ms": ?\d+|(?:value|content)="[\w.-]{40,}"|"once" value="\w+"|nonce="[^"]*"|/searches/\w+'
)
WATCHED = "verdrag"


def compare_pages(
    app: Flask, browser: Browser, letters: Callable[[], list[str]], folder: Path, name: str, seed: int, questions: int
) -> int:
    """Walk through both worlds of a seed, and say how many answers were alike; stops at the first that was not."""
    random = Random(seed)
    seen, hidden = (list(map(_for_staff, some)) for some in worlds(random))
    asked = [*random.sample(QUERIES, min(questions, len(QUERIES))), random.choice(SECRET)]
    told = [
        list(_told(app, browser, letters, folder / which, name, asked, seen, some))
        for which, some in (("without", []), ("fuller", hidden))
    ]
    for (path, plain), (_path, fuller) in zip(*told, strict=True):
        assert plain == fuller, (seed, path)
    return len(told[0])


def _for_staff(piece: Findable) -> Findable:
    is_for_some = piece.readers != EVERYONE and "post:1" in piece.readers
    readers = frozenset({"role:staff", "post:2"}) if is_for_some else piece.readers
    return replace(piece, kind="entry", readers=readers)


def _told(
    app: Flask,
    browser: Browser,
    letters: Callable[[], list[str]],
    folder: Path,
    name: str,
    asked: list[str],
    seen: list[Findable],
    hidden: list[Findable],
) -> Iterator[tuple[str, str]]:
    shelf = Shelf()
    with app.app_context():
        set_up(app, [shelf.source()], folder=folder, engine=name)
        rebuild()
    browser.post("/searches/watch", q=WATCHED)
    with app.app_context():
        shelf.put(*seen, *hidden)
        drain()
        begin("write")
        look_for_watchers(system())
        session().commit()
    yield "letters", _bare("\n".join(letters()))
    for path in ("/", "/watching"):
        yield path, _bare(browser.get(path))
    for text in asked:
        for path, more in (("/search", {}), ("/search", {"sort": "date", "kind": "entry"}), ("/search.json", {})):
            yield f"{path} {text}", _bare(browser.get(path, q=text, **more))
        yield f"titles {text}", _bare(browser.get("/search/titles.json", q=text))
    for piece in (seen[0], seen[-1]):
        yield f"like {piece.id}", _bare(browser.get(f"/search/like/{piece.kind}/{piece.id}"))
    # What is there and hidden and what is nowhere are the same, even where the address is known.
    for kind in ("entry", "dossier"):
        yield "missing", _bare(browser.get(f"/search/like/{kind}/h00", status=404))
    address = browser.get("/watching").split('action="/searches/')[1].split('"')[0]
    browser.post(f"/searches/{address}")
    with app.app_context():
        the_search().close()


def _bare(text: str) -> str:
    return _OTHERWISE.sub("", text)
