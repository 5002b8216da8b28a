"""The help says the same in both languages, names what stands on the pages, and opens at what one is doing."""

import re
from collections.abc import Callable

import pytest

from expertise.guide.topics import LABEL, OF_ROOM, TEXTS, TOPICS, topic
from tests.conftest import Browser
from tests.house.test_texts import ROOT

Open = Callable[[str], Browser]


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_says_the_same_in_both_languages(name: str) -> None:
    dutch, english = topic(name, "nl"), topic(name, "en")
    assert len(dutch.sections) == len(english.sections)
    for ours, theirs in zip(dutch.sections, english.sections, strict=True):
        # Lists, rows of tables and labels stand where they stand.
        for mark in (r"^- ", r"^\d\. ", r"^\|", LABEL.pattern):
            assert len(re.findall(mark, ours.body, re.M)) == len(re.findall(mark, theirs.body, re.M)), ours.heading
        assert LABEL.findall(ours.body) == LABEL.findall(theirs.body)
        assert LABEL.findall(ours.without_passwords) == LABEL.findall(theirs.without_passwords)


def test_each_text_is_a_topic_and_each_room_has_one() -> None:
    for language in ("nl", "en"):
        assert {path.stem for path in (TEXTS / language).glob("*.toml")} == set(TOPICS)
    assert set(OF_ROOM.values()) <= set(TOPICS)
    assert all((ROOT / "expertise" / room).is_dir() for room in OF_ROOM)


def test_what_the_help_names_stands_on_a_page() -> None:
    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    for name in TOPICS:
        for section in topic(name, "en").sections:
            for label in LABEL.findall(section.body):
                assert f'_("{label}")' in pages, label


def test_help_opens_at_what_one_is_doing(browser_of: Open) -> None:
    leaver = browser_of("leaver")
    assert 'href="/help/searching"' in leaver.get("/search")
    assert 'href="/help/start"' in leaver.get("/")
    shown = leaver.get("/help/rotation", lang="nl")
    assert "<strong>Overnemen</strong>" in shown
    assert "<strong>Take over</strong>" in leaver.get("/help/rotation", lang="en")
    # Who is not signed in reads it too, and a topic that there is not is not there.
    nobody = browser_of("nobody")
    assert "How this works" in nobody.get("/help", lang="en")
    nobody.get("/help/nothing", status=404)
