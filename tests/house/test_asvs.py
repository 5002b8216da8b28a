"""What docs/security.md says of OWASP ASVS 5.0 is the table of docs/asvs.toml, and what it names is there."""

import re

from tests.house import asvs

# The standard has so many requirements of the two levels that we look at.
FIRST, SECOND = 70, 183


def test_every_requirement_is_judged_once_and_in_its_place() -> None:
    rows = asvs.requirements()
    assert [sum(one["level"] == level for one in rows.values()) for level in (1, 2)] == [FIRST, SECOND]
    numbers = [tuple(map(int, name.split("."))) for name in rows]
    assert numbers == sorted(numbers)
    for name, one in rows.items():
        assert len(one.keys() & asvs.STATES.keys()) == 1, name
        assert one.keys() - asvs.STATES.keys() == {"level", "asks"}, name
        assert all(one.values()), name


def test_what_shows_a_requirement_is_there() -> None:
    shown = {place for one in asvs.requirements().values() for place in one.get("shown", ())}
    # Also what stands in words beside those that are not met.
    words = "\n".join(text for one in asvs.requirements().values() for text in one.values() if isinstance(text, str))
    shown |= set(re.findall(r"\b(?:tests|docs|expertise)/[\w./-]+\.\w+(?:::\w+)?", words))
    assert [place for place in sorted(shown) if not asvs.is_there(place)] == []
    # The looking finds what is not there.
    for wrong in ("docs/none.md", "docs/security.md#None", f"{__name__.replace('.', '/')}.py::test_none"):
        assert not asvs.is_there(wrong), wrong


def test_the_page_holds_the_table() -> None:
    assert asvs.PAGE.read_text() == asvs.page(), "run: make security"
