"""The tree of domains, its words, and who works on what."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from expertise.access.viewer import Viewer
from expertise.base.database import begin, session
from expertise.base.tables import run_import
from expertise.domains import findable, queries
from expertise.domains.exchange import KINDS
from expertise.domains.models import Domain
from expertise.domains.service import file_position
from expertise.posts.models import Position, Post
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]
As = Callable[[str], Viewer]
ARMS = {"code": "arms-control", "name_nl": "wapenbeheersing", "name_en": "arms control", "parent": "",
        "synonyms_nl": "ontwapening\nNPV", "synonyms_en": "disarmament"}  # fmt: skip


def test_hr_adds_a_domain_and_everybody_reads_it(browser_of: Open) -> None:
    assert "Here stands the tree" in browser_of("leaver").get("/domains")
    page = browser_of("hr").post("/domains/new", **ARMS)
    assert "<h1>arms control</h1>" in page
    assert "NPV, ontwapening" in browser_of("leaver").get("/domains/ARMS-CONTROL")
    assert "1 domain" in browser_of("leaver").get("/domains")


def test_a_domain_stands_under_another_and_never_under_itself(app: Flask, browser_of: Open) -> None:
    hr = browser_of("hr")
    hr.post("/domains/new", **ARMS)
    with app.app_context():
        top = queries.get_domain(make.SYSTEM, "arms-control").id
    hr.post("/domains/new", code="mines", name_nl="mijnen", name_en="mines", parent=top)
    assert "Under it" in hr.get("/domains/arms-control")
    with app.app_context():
        under = queries.get_domain(make.SYSTEM, "mines").id
    # The form offers no domain that stands under this one, and takes none.
    hr.post("/domains/arms-control/change", status=422, **ARMS | {"parent": under})


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"code": "a b"}, "letters, digits"),
        ({"code": "new"}, "letters, digits"),
        ({"name_nl": ""}, "Fill this in"),
        ({"parent": "nowhere"}, "Not a valid choice"),
    ],
)
def test_a_wrong_domain_is_refused_and_kept(browser_of: Open, wrong: dict[str, str], says: str) -> None:
    page = browser_of("hr").post("/domains/new", status=422, **ARMS | wrong)
    assert says in page
    assert 'value="arms control"' in page


def test_a_code_that_is_taken_is_said_at_its_field(browser_of: Open) -> None:
    hr = browser_of("hr")
    hr.post("/domains/new", **ARMS)
    assert "Another domain has this code" in hr.post("/domains/new", status=422, **ARMS)


def test_changing_words_keeps_those_that_stay(app: Flask, browser_of: Open) -> None:
    hr = browser_of("hr")
    hr.post("/domains/new", **ARMS)
    with app.app_context():
        before = {one.term: one.id for one in queries.get_domain(make.SYSTEM, "arms-control").terms}
    hr.post("/domains/arms-control/change", **ARMS | {"synonyms_nl": "ontwapening", "synonyms_en": "disarmament\nNPT"})
    with app.app_context():
        after = {one.term: one.id for one in queries.get_domain(make.SYSTEM, "arms-control").terms}
    assert set(after) == {"ontwapening", "disarmament", "NPT"}
    assert after["ontwapening"] == before["ontwapening"]


def test_hr_files_a_position_and_its_holder_is_there_now(app: Flask, browser_of: Open, cast: Cast) -> None:
    hr, seat = browser_of("hr"), cast.positions["disarmament"]
    hr.post("/domains/new", **ARMS)
    with app.app_context():
        domain = queries.get_domain(make.SYSTEM, "arms-control").id
    assert "arms control" in hr.post(f"/positions/{seat}/domains", domains=domain)
    page = browser_of("stranger").get("/domains/arms-control")
    assert "First Secretary Disarmament" in page
    assert "Femke Wolderink" in page
    assert "None recorded" in hr.post(f"/positions/{seat}/domains")
    hr.post(f"/positions/{seat}/domains", domains="nowhere", status=422)


@pytest.mark.parametrize("who", ["leaver", "head", "privacy"])
def test_only_hr_and_administrators_keep_domains(browser_of: Open, cast: Cast, who: str) -> None:
    browser = browser_of(who)
    browser.get("/domains/new", status=404)
    browser.post("/domains/new", status=404, **ARMS)
    browser.post(f"/positions/{cast.positions['disarmament']}/domains", status=404)


def test_words_find_domains_by_code_name_and_synonym(as_: As) -> None:
    viewer = as_("leaver")
    arms = make.domain("arms", "wapenbeheersing", "arms control", name_fr="maîtrise", synonyms={"en": ["disarmament"]})
    make.domain("disarmament", "ontwapening", "disarming")
    found = queries.find_domains(viewer, ["ARMS", "Wapenbeheersing", "disarmament", "nowhere", ""])
    assert {word: one.code for word, one in found.items()} == {
        "ARMS": "arms",
        "Wapenbeheersing": "arms",
        "disarmament": "disarmament",
    }
    assert ("arms", "en", "disarmament") in queries.vocabulary()
    (piece,) = findable.load([arms.id])
    assert {"arms", "wapenbeheersing", "maîtrise", "disarmament"} <= set(piece.names)


def test_a_whole_theme_is_a_domain_with_all_under_it(as_: As) -> None:
    as_("leaver")
    top = make.domain("a", "a", "a")
    middle = make.domain("b", "b", "b", parent=top)
    lowest = make.domain("c", "c", "c", parent=middle)
    assert queries.with_below([top]) == {top.id, middle.id, lowest.id}
    assert queries.domain_choices(as_("leaver"))[lowest.id] == "a › b › c"


def test_a_file_of_domains_may_name_the_parent_first_or_last_and_cuts_a_ring(as_: As) -> None:
    viewer = as_("hr")
    (domains, positions) = KINDS
    text = "code,name_en,parent,synonyms_en\nmines,mines,arms,APL; landmines\narms,arms control,,\n"
    text += "x,x,y,\ny,y,x,\nz,z,q,\n"
    report = run_import(domains, viewer, io.BytesIO(text.encode()), name="d.csv")
    assert report.counts["new"] == 5
    parent = queries.get_domain(viewer, "mines").parent
    assert parent
    assert parent.code == "arms"
    assert [note.row for note in report.rows] == [5, 6]  # the ring is cut at its second link; q is unknown
    again = run_import(domains, viewer, io.BytesIO(text.encode()), name="d.csv")
    assert again.counts["unchanged"] == 5

    make.post("GEN", "PV", "PR")
    text = "external_id,post,title_en,domains\np1,GEN,First Secretary,arms; landmines; nowhere\np2,XXX,Second,\n"
    report = run_import(positions, viewer, io.BytesIO(text.encode()), name="p.csv", keep_good=True)
    assert (report.counts["new"], report.counts["rejected"]) == (1, 1)
    assert {note.field for note in report.rows} == {"domains", "post"}
    seat = session().query(Position).filter_by(external_id="p1").one()
    assert [one.code for one in queries.domains_of(viewer, [seat.id])[seat.id]] == ["arms", "mines"]


@pytest.mark.parametrize("url", ["/domains", "/domains/top"])
def test_more_rows_cost_no_more_queries(
    app: Flask, browser_of: Open, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]], url: str
) -> None:
    with app.app_context():
        begin("write")
        _file(cast, "one")
        session().commit()
    leaver = browser_of("leaver")
    leaver.get(url)
    with count_queries() as before:
        leaver.get(url)
    with app.app_context():
        begin("write")
        for number in range(8):
            _file(cast, f"n{number}")
        session().commit()
    with count_queries() as after:
        leaver.get(url)
    assert len(after) == len(before), after


def _file(cast: Cast, code: str) -> None:
    top = session().query(Domain).filter_by(code="top").one_or_none() or make.domain("top", "top", "top")
    domain = make.domain(code, code, code, parent=top, synonyms={"en": [f"{code} word"]})
    seat = make.position(session().get_one(Post, cast.posts["geneva"]), code, code)
    file_position(make.SYSTEM, seat, [domain])
    make.posting(make.person(f"Person {code}"), seat, None)
