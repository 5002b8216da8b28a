"""How well somebody knows a subject, out of the records that speak of it. Pure: no database, no clock.

Document-centred, after Balog's second model: each record speaks for the people behind it, as much as it is about
the subject, times their role in it, times its age. Two things are added that were measured on a judged set
(docs/experts.md): what is only somewhat about the subject counts for far less than what is fully about it (POWER),
and who wrote about everything is not therefore an expert of each thing (the square root of all they wrote).
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from math import sqrt

from expertise.experts.evidence import ROLES, Evidence

POWER = 4
# Where pieces hold all that was asked, others that are hardly about it beside the best speak for nobody.
LEAST = 0.03
# Who wrote one note is not known well enough to be compared: as if everybody had written so many more.
SMOOTHING = 3
UNCOUNTED = 10_000
# What is old counts for less, down to a rest: it is shown as old, and never lost.
HALF_LIFE = 5.0
REST = 0.35
# A holder speaks through what stands in a dossier, though less than through the dossier itself.
WITHIN = 0.7
DAYS_OF_YEAR = 365.25
# What a whole posting or dossier in the domain says, against a note that is fully about the subject.
OF_POSTING = 0.6
OF_CLAIM = {"basic": 0.2, "working": 0.4, "expert": 0.6, "": 0.3}
OF_ENDORSEMENT = 0.1
MOST_ENDORSEMENTS = 3
# A posting counts in full from so many years on.
FULL_YEARS = 2.0


def age_weight(day: dt.date | None, today: dt.date) -> float:
    """How much is left of something that was last true that day; without a day half of it."""
    if day is None:
        return REST + (1 - REST) / 2
    years = max(0.0, (today - day).days / DAYS_OF_YEAR)
    return float(REST + (1 - REST) * 2 ** (-years / HALF_LIFE))


def with_holders(scores: Mapping[str, float], evidence: Iterable[Evidence], *, most: int) -> dict[str, float]:
    """The scores of the records that these lie in, of so many: that of the best piece in them, a little less."""
    found: dict[str, float] = {}
    for one in evidence:
        if one.within and one.piece in scores:
            found[one.within] = max(found.get(one.within, 0.0), WITHIN * scores[one.piece])
    best = sorted(found, key=lambda key: (-found[key], key))[:most]
    return {key: found[key] for key in best if found[key] > scores.get(key, 0.0)}


def relevances(scores: Mapping[str, float], whole: Collection[str]) -> dict[str, float]:
    """How much each piece is about the subject, from 0 to 1, beside the best one.

    `whole` are the pieces that hold all that was asked; where there are any, others that hardly fit are left out.
    """
    best = max(scores.values(), default=0.0)
    if best <= 0:
        return {}
    about = {key: (score / best) ** POWER for key, score in scores.items()}
    return {key: one for key, one in about.items() if not whole or key in whole or one >= LEAST}


def by_documents(about: Mapping[str, float], evidence: Iterable[Evidence], today: dt.date) -> dict[str, float]:
    """By person, all that pieces say together: `about` as in `relevances`."""
    said: dict[tuple[str, str], float] = {}
    for one in evidence:
        worth = about.get(one.piece, 0.0) * ROLES[one.role] * age_weight(one.touched(today), today)
        # Whoever both held and wrote it counts once, by what says more.
        known = (one.person_id, one.piece)
        said[known] = max(said.get(known, 0.0), worth)
    totals: dict[str, float] = {}
    for (person_id, _piece), worth in said.items():
        totals[person_id] = totals.get(person_id, 0.0) + worth
    return {one: total for one, total in totals.items() if total > 0}


def shared(totals: Mapping[str, float], volumes: Mapping[str, int]) -> dict[str, float]:
    """The same, beside all that each person wrote; of whom that was not counted, as if it were very much."""
    return {one: total / sqrt(volumes.get(one, UNCOUNTED) + SMOOTHING) for one, total in totals.items()}


def of_posting(evidence: Evidence, today: dt.date) -> float:
    """What it says that somebody held a seat, or kept a dossier, in the domain that was asked about."""
    until = evidence.touched(today)
    years = (until - evidence.first).days / DAYS_OF_YEAR if until and evidence.first else 1.0
    lasted = min(1.0, max(0.25, years / FULL_YEARS))
    return OF_POSTING * ROLES[evidence.role] * lasted * age_weight(until, today)


def of_claim(level: str, endorsements: int, last_year: int, today: dt.date) -> float:
    """What it says that somebody declares a domain, with so many colleagues who endorse it."""
    endorsed = OF_ENDORSEMENT * min(endorsements, MOST_ENDORSEMENTS)
    day = today if last_year >= today.year else dt.date(last_year, 12, 31)
    return (OF_CLAIM[level] + endorsed) * age_weight(day, today)
