"""A search that found nothing becomes a question, and a line on the writing list that does not say who looked."""

from flask import Flask

from expertise.base.database import begin, session
from expertise.questions.models import SearchMiss
from tests import make
from tests.conftest import Cast
from tests.questions.conftest import Open


def fill(app: Flask, cast: Cast, colleagues: int = 2) -> None:
    """So many more at the post in Geneva, where three are posted already."""
    with app.app_context():
        begin("write")
        post = session().get_one(make.Post, cast.posts["geneva"])
        for number in range(colleagues):
            make.posting(
                make.person(f"Somebody {number}"), make.position(post, f"Functie {number}", f"Seat {number}"), None
            )
        session().commit()


def kept(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        begin("read")
        found = [(one.words, one.on.isoformat()) for one in session().query(SearchMiss)]
        session().rollback()
    return sorted(found)


def test_a_search_that_found_nothing_leads_to_whom_to_ask(browser_of: Open, app: Flask, cast: Cast) -> None:
    fill(app, cast)
    leaver = browser_of("leaver")
    page = leaver.get("/search", q="Palace permit")
    assert "/questions/new?title=Palace+permit" in page
    assert "First Secretary Disarmament" in leaver.get("/questions/new", title="Palace permit")
    assert kept(app) == [("palace permit", "2026-11-23")]
    leaver.get("/search", q="palace PERMIT")
    assert len(kept(app)) == 1
    colleague = browser_of("colleague")
    page = colleague.get("/posts/GEN-PV/writing-list")
    assert "palace permit" in page
    assert "Femke" not in page[page.index("Looked for") :]
    assert "1 search found nothing" in colleague.get("/posts/GEN-PV")
    browser_of("stranger").get("/posts/GEN-PV/writing-list", status=404)
    assert "palace permit" not in browser_of("stranger").get("/posts/GEN-PV")
    assert "palace permit" not in colleague.post("/posts/GEN-PV/writing-list/strike-out", words="palace permit")


def test_where_few_are_posted_nothing_is_kept(browser_of: Open, app: Flask, cast: Cast) -> None:
    fill(app, cast, colleagues=1)
    browser_of("leaver").get("/search", q="palace permit")
    browser_of("stranger").get("/search", q="palace permit")
    assert kept(app) == []


def test_names_numbers_and_marks_are_never_kept(browser_of: Open, app: Flask, cast: Cast) -> None:
    fill(app, cast)
    leaver = browser_of("leaver")
    for words in ("Gerda zzz@example.org", "zzz 0612345678", "NATO SECRET zzz", "zzz " * 60, "--"):
        leaver.get("/search", q=words)
    assert kept(app) == []


def test_what_is_found_is_not_kept(browser_of: Open, app: Flask, cast: Cast) -> None:
    fill(app, cast)
    browser_of("leaver").get("/search", q="Geneva")
    browser_of("leaver").get("/search", q="zzzz", kind="dossier")
    assert kept(app) == []
