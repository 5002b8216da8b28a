"""The handovers of a whole ministry, one of each tour that ended, frozen, and received by most; and its questions.

Written in bulk as the rest of it (whole.py). A note holds what its seat kept on the last day.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from expertise.demo.reading import TODAY
from expertise.demo.whole_seats import Chair, Kept, Ledger, at_noon
from expertise.demo.whole_texts import Subject
from expertise.handovers.checks import checks_of, figure_of
from expertise.handovers.models import Frozen, FrozenDossier, Handover, HandoverRelation, ReadBack, Receipt
from expertise.handovers.models_beside import Score, Scoring
from expertise.handovers.note import DossierItem, Header, Note, Relation, WeekOne, Who, hash_of, to_plain
from expertise.questions.models import Question, QuestionStep

QUESTIONS = 8_000
MOST_DOSSIERS, MOST_CONTACTS = 4, 3
SCORED_AFTER = timedelta(days=95)


def write_notes(whole: Ledger) -> None:
    """Of each seat that rotates, for each who left it."""
    for chair in whole.chairs:
        for number, until in enumerate(chair.until):
            if until is not None and until < TODAY:
                _note(whole, chair, number, until)


def _note(whole: Ledger, chair: Chair, number: int, until: date) -> None:
    chance = whole.chance
    next_one = number + 1 < len(chair.since)
    dossiers = [one for one in chair.dossiers if one.since < until][:MOST_DOSSIERS]
    contacts = [one for one in chair.contacts if one.since < until][:MOST_CONTACTS]
    subject = dossiers[0].subject if dossiers and dossiers[0].subject else _subject(whole, chair)
    situation = chance.choice(("quiet", "quiet", "busy", "on_fire"))
    line = whole.pen.note(subject, "state_of_play", until)[1].split("\n\n")[0][:480]
    advice = whole.pen.note(subject, "lesson", until)[1]
    things = tuple(WeekOne(whole.pen.note(subject, "how_to", until)[0]) for _one in range(3))
    note = Note(
        _header(whole, chair, number, until),
        situation=situation,
        situation_line=line,
        week_one=things,
        dossiers=tuple(_item(whole, one, until) for one in dossiers),
        relations=tuple(Relation(one.id, plan=chance.choice(("in_person", "call")), **one.said) for one in contacts),
        advice=advice,
        composed_on=until,
    )
    content, figure = to_plain(note), figure_of(checks_of(note, until))
    frozen_on = until + timedelta(days=1)
    taken = next_one and chair.since[number + 1] < TODAY - timedelta(days=40) and chance.random() < 0.75
    received = max(frozen_on, chair.since[number + 1]) + timedelta(days=chance.randint(1, 30)) if taken else None
    scored = received + SCORED_AFTER if received and chance.random() < 0.6 else None
    scored = scored if scored and scored < TODAY else None
    handover = whole.add(
        Handover,
        until - timedelta(days=60),
        posting_id=chair.postings[number],
        language=chair.language,
        situation=situation,
        situation_line=line,
        advice=advice,
        final_at=at_noon(until - timedelta(days=chance.randint(0, 12))),
        frozen_at=at_noon(frozen_on),
        received_at=at_noon(received) if received else None,
        received_by_id=chair.holders[number + 1] if received else None,
        scored_at=at_noon(scored) if scored else None,
        content_hash=hash_of(content),
        passed=figure.passed,
        total=figure.total,
    )
    whole.add(Frozen, frozen_on, handover_id=handover, at=at_noon(frozen_on), content=content)
    for dossier in dossiers:
        whole.add(FrozenDossier, frozen_on, handover_id=handover, dossier_id=dossier.id)
    for one in note.relations:
        whole.add(HandoverRelation, until, handover_id=handover, contact_id=one.id, plan=one.plan)
    if received:
        _received(whole, handover, chair.holders[number + 1], dossiers, received)
    if scored:
        _scored(whole, handover, chair.holders[number + 1], scored, len(dossiers))


def _subject(whole: Ledger, chair: Chair) -> Subject:
    """For a seat that kept nothing yet: its first theme."""
    bodies, people = whole.texts["bodies"][chair.language], [whole.outside()]
    return Subject(chair.language, chair.place, chair.theme(chair.domains[0]), whole.chance.choice(bodies), people)


def _header(whole: Ledger, chair: Chair, number: int, until: date) -> Header:
    (code, post_nl, post_en), (title_nl, title_en) = chair.post, chair.titles
    known = number + 1 < len(chair.since)
    comes = chair.since[number + 1] if known else None
    return Header(
        Who(chair.holders[number], whole.names[chair.holders[number]]),
        chair.id,
        title_nl,
        title_en,
        code,
        post_nl,
        post_en,
        chair.since[number],
        "day",
        until,
        "day",
        successor=Who(chair.holders[number + 1], whole.names[chair.holders[number + 1]]) if known else None,
        successor_on=comes,
        gap_days=(comes - until).days if comes else None,
        language=chair.language,
    )


def _item(whole: Ledger, one: Kept, until: date) -> DossierItem:
    assert one.subject
    state, tried = (whole.pen.note(one.subject, kind, until)[1] for kind in ("state_of_play", "pitfall"))
    return DossierItem(
        one.id, state_of_play=state, tried_failed=tried, verified_on=until, confidence="sure", **one.said
    )


def _received(whole: Ledger, handover: str, person: str, dossiers: list[Kept], on: date) -> None:
    whole.add(Receipt, on, handover_id=handover, person_id=person, at=at_noon(on))
    for dossier in dossiers:
        if dossier.said["urgency"] == 1 and dossier.subject:
            text = whole.pen.note(dossier.subject, "decision", on)[0]
            answered = at_noon(on + timedelta(days=1))
            said = {"person_id": person, "text": text, "at": at_noon(on), "confirmed": True, "answered_at": answered}
            whole.add(ReadBack, on, handover_id=handover, dossier_id=dossier.id, **said)


def _scored(whole: Ledger, handover: str, person: str, on: date, dossiers: int) -> None:
    scoring = whole.add(Scoring, on, handover_id=handover, person_id=person, at=at_noon(on))
    for section in (1, 2, 10) if dossiers else (1, 10):
        whole.add(Score, on, scoring_id=scoring, number=section, score=whole.chance.choice((2, 3, 3, 4, 4, 5)))


def ask_questions(whole: Ledger) -> None:
    """Of whoever held a seat, about a dossier that it keeps and everybody reads, by somebody elsewhere."""
    asked = [chair for chair in whole.chairs if any(_open(chair))]
    for _one in range(QUESTIONS // whole.part if asked else 0):
        chair = whole.chance.choice(asked)
        dossier = whole.chance.choice(list(_open(chair)))
        # Whoever asks sat somewhere too; who comes first in a ministry has nobody to ask.
        day = max(dossier.since, chair.since[0]) + timedelta(days=whole.chance.randrange(30, 2400))
        day = min(day, TODAY - timedelta(days=whole.chance.randrange(1, 60)))
        asker = whole.chance.choice(whole.chairs).holder(day)
        holder = chair.holder(day)
        if asker is not None and holder is not None and asker != holder:
            _question(whole, chair, dossier, day, asker, holder)


def _open(chair: Chair) -> Iterator[Kept]:
    return (one for one in chair.dossiers if not one.said["restricted"])


def _question(whole: Ledger, chair: Chair, dossier: Kept, day: date, asker: str, holder: str) -> None:
    assert dossier.subject
    title, body = whole.pen.question(dossier.subject, day)
    answered = day + timedelta(days=whole.chance.randint(1, 9))
    answers = whole.chance.random() < 0.85 and answered < TODAY
    text = whole.pen.note(dossier.subject, "background", day)[1] if answers else ""
    done: dict[str, Any] = {"answered_by_id": holder, "answered_at": at_noon(answered)} if answers else {}
    question = whole.add(
        Question,
        day,
        title=title,
        body=body,
        language=chair.language,
        asker_id=asker,
        asked_at=at_noon(day),
        since=at_noon(day),
        dossier_id=dossier.id,
        position_id=chair.id,
        asked_id=holder,
        as_holder=True,
        state="answered" if answers else "unanswered",
        answer=text,
        version=1,
        **({"answered_by_id": None, "answered_at": None} | done),
    )
    ended = answered if answers else min(day + timedelta(days=10), TODAY)
    whole.add(
        QuestionStep,
        day,
        question_id=question,
        number=1,
        person_id=holder,
        way="asked",
        at=at_noon(day),
        ended_at=at_noon(ended),
        outcome="answered" if answers else "silent",
    )
