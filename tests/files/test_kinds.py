"""Every kind that is taken is taken, and what is hostile is refused with its reason: the readers by themselves."""

import io

import pytest

from expertise.files.naming import clean, fitting, named_kind
from expertise.files.reading import images, main, texts
from expertise.files.words import KINDS, REASONS
from tests.files.good import Good, all_good
from tests.files.hostile import Bad, all_bad

GOOD, BAD = all_good(), all_bad()


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    images.load()
    texts.load()


def looked_at(name: str, content: bytes) -> dict[str, object]:
    """What the child would answer."""
    return main.check(io.BytesIO(content), named_kind(clean(name)) or "txt")


def test_there_are_enough_of_both() -> None:
    assert len(GOOD) >= 60
    assert len(BAD) >= 150
    assert {one.kind for one in GOOD} == set(KINDS)


@pytest.mark.parametrize("good", GOOD, ids=lambda one: one.name)
def test_a_good_file_is_taken_with_its_text(good: Good) -> None:
    answer = looked_at(good.name, good.content)
    assert answer.get("kind") == good.kind, answer
    assert good.word in str(answer["text"])
    assert fitting(clean(good.name), good.kind)


@pytest.mark.parametrize("bad", BAD, ids=lambda one: one.title)
def test_a_hostile_file_is_refused_with_its_reason(bad: Bad) -> None:
    answer = looked_at(bad.name, bad.content)
    code = answer.get("refused") or ("name" if fitting(clean(bad.name), str(answer["kind"])) is None else None)
    assert code in bad.reasons
    assert set(bad.reasons) <= set(REASONS)


def test_a_picture_is_shown_drawn_anew_without_what_stood_in_it() -> None:
    photo = next(one for one in GOOD if one.name == "met bijschrift.png")
    shown = main.draw(io.BytesIO(photo.content), "png", 1)
    assert shown.startswith(b"\x89PNG")
    assert b"toetsingskader" in photo.content
    assert b"toetsingskader" not in shown


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("nota.pdf", "nota.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Femke\\nota.docx", "nota.docx"),
        ("nota\u202efdp.exe", "notafdp.exe"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("  .nota . pdf. ", "nota . pdf"),
        ("CON.txt", "_CON.txt"),
        ("lpt1", "_lpt1"),
        ("a<b>:c?.txt", "a_b__c_.txt"),
        ("...", "file"),
        ("", "file"),
        ("\u200b", "file"),
        ("Überprüfung – März.pdf", "Überprüfung – März.pdf"),
        ("مذكرة.pdf", "مذكرة.pdf"),
        ("x" * 400 + ".docx", "x" * 195 + ".docx"),
        ("e\u0301.txt", "é.txt"),
        ("half \ud800.txt", "half _.txt"),
    ],
)
def test_a_name_is_cleaned_of_tricks_and_kept_for_the_rest(given: str, wanted: str) -> None:
    assert clean(given) == wanted
    assert clean(wanted) == wanted
