"""The administrator looks through the vocabulary: what search uses, what it never will, and a glossary of one's own."""

import io
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from expertise.audit.models import Event
from expertise.base.database import session
from tests.conftest import Browser, command
from tests.search.conftest import a_piece
from tests.search.test_vocabulary import ALIGNED

PAGE = "/admin/vocabulary"
IMPORT = "/admin/import/vocabulary"


@pytest.fixture
def learnt(served: Flask, tmp_path: Path) -> Callable[[], None]:
    """`learnt()`: learn from the same aligned texts, once more each time."""
    path = tmp_path / "aligned.jsonl"
    path.write_text("".join(json.dumps({"en": english, "nl": dutch}) + "\n" for english, dutch in ALIGNED))
    return lambda: command(served, "vocabulary", "learn", str(path)) and None


def _pair(page: str, word: str, translation: str) -> str:
    """The id of the pair in a row of the page."""
    found = re.search(
        rf'id="pair-(\w+)"(?:(?!</tr>).)*?>{word}</span>(?:(?!</tr>).)*?>{translation}</span>', page, re.S
    )
    assert found, (word, translation)
    return found[1]


def _moment(page: str) -> str:
    """By what the last act is undone."""
    found = re.search(r'name="judged" value="([^"]+)"', page)
    assert found
    return found[1]


def _counts(page: str) -> list[str]:
    """How many wait, are accepted and are rejected."""
    return re.findall(r"(?:To look through|Accepted|Rejected) \((\d+)\)</", page)


def test_a_pair_is_judged_on_its_page_with_the_texts_it_comes_from_and_stays_judged(
    served: Flask,
    learnt: Callable[[], None],
    stock: Callable[..., None],
    browser_of: Callable[[str], Browser],
) -> None:
    stock(a_piece("a", "Verslag", "De ambassade in Wenen"), a_piece("b", "Iets", "anders"))
    admin = browser_of("admin")
    assert "vocabulary learn FILE" in admin.get(PAGE)
    assert f'href="{PAGE}"' in admin.get("/admin")
    learnt()
    page = admin.get(PAGE)
    total = int(_counts(page)[0])
    # Both fragments stand there, of the shortest text that holds both words.
    assert "The embassy opens a visa office" in page
    assert "De ambassade opent een visumkantoor" in page
    assert "The embassy received a delegation" not in page.partition("Texts with both")[0]
    right, wrong = _pair(page, "embassy", "ambassade"), _pair(page, "harbour", "haven")
    assert "Tick a pair first" in admin.post(f"{PAGE}/judge", do="accepted:ticked")
    page = admin.post(f"{PAGE}/judge", do="accepted:ticked", pair=right)
    assert "1 pair is accepted" in page
    # A hit that was found by it says so, and leads whoever may to the pair.
    found = admin.get("/search?q=embassy")
    assert "found via: ambassade" in found
    address = re.search(r'href="(/admin/vocabulary\?[^"]+)">Not right\?', found)
    assert address
    assert _pair(admin.get(address[1].replace("&amp;", "&")), "embassy", "ambassade") == right
    hit = browser_of("leaver").get("/search?q=embassy")
    assert "found via: ambassade" in hit
    assert "Not right?" not in hit
    # What was rejected does not come back, and what was accepted stays, when the same texts are learnt again.
    page = admin.post(f"{PAGE}/judge", do="rejected:ticked", pair=wrong)
    assert "1 pair is rejected" in page
    learnt()
    assert _counts(admin.get(PAGE)) == [str(total - 2), "1", "1"]
    assert _pair(admin.get(f"{PAGE}?state=rejected"), "harbour", "haven") == wrong
    assert "1 pair is as it was" in admin.post(f"{PAGE}/undo", judged=_moment(page))
    assert _counts(admin.get(PAGE)) == [str(total - 1), "1", "0"]
    # A pair that went with a new learning is said to be gone, and nothing is done.
    assert "There is no pair" in admin.post(f"{PAGE}/judge", do="accepted:ticked", pair="z" * 12)
    with served.app_context():
        told = session().scalars(select(Event).where(Event.action.like("vocabulary.%")).order_by(Event.number)).all()
        assert [one.action.partition(".")[2] for one in told] == [
            *("learnt", "accepted", "rejected", "learnt", "undone"),
        ]
        assert {one.person_id is None for one in told if one.action == "vocabulary.accepted"} == {False}


def test_many_pairs_are_judged_once_their_number_was_seen(
    served: Flask,
    learnt: Callable[[], None],
    browser_of: Callable[[str], Browser],
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    learnt()
    admin = browser_of("admin")
    listed = json.loads(command(served, "vocabulary", "list", "--at-least", "0.95", "--json"))
    wanted = {"sure": "95", "do": "accepted:fitting"}
    page = admin.post(f"{PAGE}/judge", **wanted)
    assert f"Accept {len(listed)} pairs?" in page
    assert _counts(admin.get(PAGE))[1] == "0"
    # Somebody else judged meanwhile: the number is asked again.
    assert f"Accept {len(listed)} pairs?" in admin.post(f"{PAGE}/judge", **wanted, seen="3")
    page = admin.post(f"{PAGE}/judge", **wanted, seen=str(len(listed)))
    assert f"{len(listed)} pairs are accepted" in page
    assert _counts(page)[1] == str(len(listed))
    admin.post(f"{PAGE}/undo", judged=_moment(page))
    assert _counts(admin.get(PAGE))[1] == "0"
    ids = [one["id"] for one in listed[:3]]
    assert "Reject 3 pairs?" in admin.post(f"{PAGE}/judge", do="rejected:shown", shown=ids)
    admin.post(f"{PAGE}/judge", do="rejected:shown", shown=ids, seen="3")
    assert _counts(admin.get(PAGE))[2] == "3"
    # Nonsense in an address is left out, and a page takes as many questions whatever stands on it.
    for address in ("?sure=x&from=zz&state=none&page=-1&judged=x", "?word=%00%25&sure=999", "?page=99999"):
        admin.get(f"{PAGE}{address}")
    assert "No pair fits" in admin.get(f"{PAGE}?word=nosuchword")
    with count_queries() as full:
        admin.get(f"{PAGE}?from=en&to=nl")
    with count_queries() as few:
        admin.get(f"{PAGE}?from=en&to=nl&word=embassy")
    assert len(full) == len(few)


def test_a_pair_by_hand_and_a_glossary_are_used_at_once_and_what_is_wrong_is_said_where_it_is(
    served: Flask, learnt: Callable[[], None], stock: Callable[..., None], browser_of: Callable[[str], Browser]
) -> None:
    stock(a_piece("a", "Nota", "Het gezantschap schreef", language="nl"))
    admin = browser_of("admin")
    for fields, why in (
        ({"word": "", "target_word": "x"}, "Fill this in."),
        ({"word": "two words", "target_word": "gezantschap"}, "This must be one word"),
        ({"word": "the", "target_word": "gezantschap"}, "leaves this word out"),
        ({"word": "legation", "target_word": "gezantschap", "target_language": "en"}, "Choose another language"),
    ):
        sent = {"language": "en", "target_language": "nl", **fields}
        page = admin.post(f"{PAGE}/new", status=422, **sent)
        assert why in page
        assert f'value="{fields["target_word"]}"' in page
    admin.post(f"{PAGE}/new", language="en", word="Legation", target_language="nl", target_word="gezantschap")
    assert "found via: gezantschap" in admin.get("/search?q=legations")
    # Learning anew from texts that lack it leaves it alone.
    learnt()
    assert _counts(admin.get(PAGE))[1] == "2"
    rows = "language,word,target_language,target_word\n{}fr,traité,nl,verdrag\n"
    bad = (io.BytesIO(rows.format("en,two words,nl,verdrag\nxx,a,nl,b\n").encode()), "glossary.csv")
    page = admin.post(IMPORT, file=bad)
    assert "2 rows have an error" in page
    assert "This must be one word" in page
    assert _counts(admin.get(PAGE))[1] == "2"
    # A good file, too, is only tried out first.
    assert "1 row can go in" in admin.post(IMPORT, file=(io.BytesIO(rows.format("").encode()), "glossary.csv"))
    trial = admin.page.request.path if admin.page else ""
    assert _counts(admin.get(PAGE))[1] == "2"
    admin.post(trial)
    out = admin.get(f"{PAGE}/glossary.csv")
    assert "traité" in out
    assert "legation" in out
    # What went out comes in again, and nothing is new.
    page = admin.post(IMPORT, file=(io.BytesIO(out.encode()), "glossary.csv"))
    assert "Everything is there already" in page
