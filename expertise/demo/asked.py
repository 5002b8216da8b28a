"""The questions of the demo, each asked, answered, passed on or declined on its own days; and searches in vain."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.demo.reading import Event, Ministry, acting_for, tables
from expertise.questions import asking, service
from expertise.questions.asking import Line
from expertise.questions.models import Question, SearchMiss


def events(ministry: Ministry) -> Iterator[Event]:
    """What happened to each question."""
    for row in tables("question"):
        asked: list[Question] = []
        yield Event(row["on"], partial(_ask, ministry, row, asked), late=True)
        for step in row.get("step", []):
            yield Event(step["on"], partial(_step, ministry, step, asked), late=True)
    for row in tables("miss"):
        for day in row["on"]:
            miss = SearchMiss(words=row["words"], on=day)
            yield Event(day, partial(_miss, ministry, row["post"], miss), late=True)


def _ask(ministry: Ministry, row: dict[str, Any], asked: list[Question]) -> None:
    viewer = acting_for(ministry.people[row["asker"]])
    dossier = ministry.dossiers.get(row.get("dossier", ""))
    line = _line(ministry, viewer, row)
    to = line.find(ministry.people[row["to"]].id)
    assert to is not None, row["title"]
    asked.append(service.ask(viewer, line, to, title=row["title"], body=row["body"], dossier=dossier))


def _line(ministry: Ministry, viewer: Viewer, row: dict[str, Any]) -> Line:
    if "dossier" in row:
        return asking.line_of_dossier(viewer, ministry.dossiers[row["dossier"]])
    if "position" in row:
        return asking.line_of_position(viewer, ministry.positions[row["position"]])
    return asking.line_of_person(viewer, ministry.people[row["person"]])


def _step(ministry: Ministry, step: dict[str, Any], asked: list[Question]) -> None:
    viewer, (question,) = acting_for(ministry.people[step["by"]]), asked
    if step["do"] == "answer":
        service.answer(viewer, question, step["text"])
    elif step["do"] == "pass_on":
        service.pass_on(viewer, question, ministry.people[step["to"]], why=step["text"])
    elif step["do"] == "decline":
        service.decline(viewer, question, why=step["text"])
    else:
        service.withdraw(viewer, question)


def _miss(ministry: Ministry, post: str, miss: SearchMiss) -> None:
    miss.post_id = ministry.posts[post].id
    session().add(miss)
