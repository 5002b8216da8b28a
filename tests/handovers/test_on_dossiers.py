"""What the page of a dossier says of the notes that were left about it: to who may read them, and to nobody else."""

import re
from collections.abc import Callable

from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat
from tests.handovers.test_story import begin_note

Open = Callable[[str], Browser]


def heads(page: str) -> list[str]:
    """The column heads of the tables on a page."""
    return re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page)


def test_the_dossier_names_the_note_of_its_holder_and_who_takes_over_a_promise(
    browser_of: Open, cast: Cast, seat: Seat
) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    leaver.post(f"{note}/edit/3", version="0", **{f"taker_{seat.promise}": cast.people["colleague"]})
    page = leaver.get(f"/dossiers/{seat.urgent}", lang="nl")
    assert {"Overdracht", "Overgenomen door"} <= set(heads(page))
    assert f'href="{note}">' in page
    taken = page[page.index("Overgenomen door") :]
    assert 'data-label="Overgenomen door">Noor Habbema' in taken


def test_who_may_not_read_the_note_sees_no_column_for_it(browser_of: Open, cast: Cast, seat: Seat) -> None:
    leaver, stranger = browser_of("leaver"), browser_of("stranger")
    before = stranger.get(f"/dossiers/{seat.urgent}")
    note = begin_note(leaver, seat)
    leaver.post(f"{note}/edit/3", version="0", **{f"taker_{seat.promise}": cast.people["colleague"]})
    after = stranger.get(f"/dossiers/{seat.urgent}")
    assert heads(after) == heads(before)
    assert note not in after
    assert "Taken over by" not in after


def test_a_promise_without_a_taker_gets_no_column(browser_of: Open, seat: Seat) -> None:
    leaver = browser_of("leaver")
    begin_note(leaver, seat)
    assert "Taken over by" not in heads(leaver.get(f"/dossiers/{seat.urgent}"))
