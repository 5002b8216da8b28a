"""A pilot laid over a real foreign service, in the database: are careers inside Europe longer than those elsewhere?

The postings come in as an installation takes them in; the report is that of its pages and files. Each printed figure
is computed again out of the file by pandas and statsmodels. Left out beforehand: postings that are not known to the
day, and who only acted, who holds nothing in this product either. Nobody is taken for gone because he died: that day is
in no posting.
"""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import time_machine
from click.testing import Result
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import insert, select
from statsmodels.duration.survfunc import SurvfuncRight

from expertise.base import clock
from expertise.base.database import begin, session
from expertise.domains.models import PositionDomain
from expertise.people.models import Person
from expertise.pilots import service, telling
from expertise.pilots.models import Participant, Pilot
from expertise.pilots.publishing import Published
from expertise.pilots.report import report_on
from expertise.posts.models import Position, Post, Posting
from expertise.rotation.regions import EUROPE, countries_in
from tests import make
from tests.conftest import Browser
from tests.drills.test_pilots import (
    PLAN,
    REAL,
    entered,
    real_postings,
    same_gaps,
    same_retention,
    same_tenure,
    times_of,
)
from tests.make import Cast
from tests.pilots import conftest as people

MAPS = Path(__file__).parents[2] / "docs" / "examples"
ACTING = ("acting-principal-officer", "charge-daffaires-ad-interim", "charge-daffaires-pro-tem", "secretary-ad-interim")
FIXED, READ = date(1989, 12, 4), "2003-01-02 10:00+01:00"
run = people.run


@pytest.fixture
def frame(app: Flask, cast: Cast, run: Callable[..., Result], tmp_path: Path) -> pd.DataFrame:
    """The real postings, taken in; `domain` is one where the post lies in Europe."""
    found = real_postings()
    found = found[~found["role_id"].isin(ACTING)]
    found.drop(columns=["start", "end", "seat", "until"]).to_csv(tmp_path / "postings.csv", index=False)
    alive = (MAPS / "rotation-people.toml").read_text().replace('left_on = "death"', "")
    (tmp_path / "people.toml").write_text(alive)
    with time_machine.travel("2002-12-31 10:00+01:00", tick=True):
        for kind, file, by in (
            ("people", REAL / "people.csv", tmp_path / "people.toml"),
            ("posts", REAL / "posts.csv", MAPS / "rotation-posts.toml"),
            ("postings", tmp_path / "postings.csv", MAPS / "rotation-postings.toml"),
        ):
            done = run("import", kind, str(file), "--map", str(by), "--keep-good")
            assert done.exit_code == 0, done.output[-2000:]
        with app.app_context():
            begin("write")
            europe = _filed(app)
            # Of two postings that began and ended on the same days the one with the first position counts as the first.
            seats = session().execute(select(Posting.external_id, Posting.position_id)).all()
            found["seat"] = found["posting_id"].map({row[0]: row[1] for row in seats})
            found = found[found["seat"].notna()].sort_values(["person_id", "start", "until", "seat"], kind="stable")
            found["domain"] = np.where(found["post_id"].isin(europe), "one", "two")
            _take_part(entered(found, "one", set()))
            session().commit()
    return found


def _filed(app: Flask) -> set[str]:
    """File each position under the one theme or the other, write the pilot; the posts in Europe."""
    with clock.at(people.world.moment(FIXED)), app.test_request_context():
        one, two = (make.domain(code, code.title(), code.title()) for code in ("europe", "elsewhere"))
        query = select(Position.id, Post.external_id, Post.country).join(Position.post).where(Post.external_id != "")
        inside, rows = set(countries_in(EUROPE)), session().execute(query).all()
        session().execute(
            insert(PositionDomain),
            [{"position_id": row[0], "domain_id": (one if row[2] in inside else two).id} for row in rows],
        )
        plan = people.world.PLAN | {name: getattr(PLAN, name) for name in ("starts_on", "entry_until", "judged_on")}
        plan |= {"domain_id": one.id, "comparison_domain_id": two.id, "question": "Do careers in Europe last longer?"}
        pilot = service.set_up_pilot(make.SYSTEM, slug="europe", name="Europe", **plan)
        service.fix_criterion(make.SYSTEM, pilot)
    return {row[1] for row in rows if row[2] in inside and row[1]}


def _take_part(came: "pd.Series[date]") -> None:
    """Whoever came into the region in the days of the plan takes part from that day."""
    pilot = session().scalars(select(Pilot)).one()
    known = {row[0]: row[1] for row in session().execute(select(Person.external_id, Person.id))}
    session().add_all(
        Participant(pilot_id=pilot.id, person_id=known[person], joined_on=start) for person, start in came.items()
    )


@pytest.mark.drill
@pytest.mark.skipif(not REAL.exists(), reason="the real postings are not on this machine")
def test_careers_inside_one_region_give_a_full_report_that_another_computation_confirms(
    app: Flask, frame: pd.DataFrame, browser_of: Callable[[str], Browser]
) -> None:
    with time_machine.travel(READ, tick=True):
        with app.app_context(), app.test_request_context(), force_locale("en"):
            begin("read")
            found = report_on(make.SYSTEM, session().scalars(select(Pilot)).one()).published
            _compare(frame, found)
            session().rollback()
        hr = browser_of("hr")
        page = hr.get("/pilots/europe")
        told = json.loads(hr.get("/pilots/europe/report/json"))
        assert told["answer"]["verdict"] in {"yes", "no", "cannot_tell"}
        for name in ("in_domain", "tenure", "gap_days"):
            figure = found.figures[name]
            for group in (figure.participants, figure.comparison):
                assert f"{group.people} people" in page or f"of {group.people}" in page, name
        for form, begins in (("pdf", b"%PDF-"), ("html", b"<!doctype html>"), ("csv", b"")):
            taken = hr.client.get(f"/pilots/europe/report/{form}")
            assert taken.status_code == 200
            assert taken.data.lower().lstrip(b"\xef\xbb\xbf").startswith(begins.lower()), taken.data[:40]
    verdict, shown = told["answer"]["verdict"], sorted(found.figures)
    print(f"Europe against elsewhere: {verdict}; {shown}; withheld {found.withheld}")


def _compare(frame: pd.DataFrame, found: Published) -> None:
    index = {"one": entered(frame, "one", set())}
    index["two"] = entered(frame, "two", set(index["one"].index))
    for domain, name in (("one", "participants"), ("two", "comparison")):
        same_retention(frame, index[domain], domain, getattr(found.figures["in_domain"], name))
        same_tenure(frame, index[domain], getattr(found.figures["tenure"], name))
        same_gaps(frame, index[domain], getattr(found.figures["gap_days"], name))
        times, left = times_of(frame, index[domain], domain)
        curve = SurvfuncRight(np.array(list(times.values())), np.array(list(left.values()), dtype=int))
        assert found.curve is not None
        points = getattr(found.curve, name)
        assert len(points) > 3
        for point in points:
            before = curve.surv_prob[curve.surv_times <= point.time]
            wanted = before[-1] if len(before) else 1.0
            assert telling.amount("share", point.share.value) == f"{100 * wanted:.0f}", point
            assert point.at_risk == sum(one >= point.time for one in times.values()), point
