"""What this room says in words: levels, periods, reasons, and where somebody is now."""

import datetime as dt
from typing import Any

from babel import Locale
from flask_babel import get_locale, lazy_gettext, ngettext
from flask_babel import gettext as _

from expertise.base.i18n import language, show_country, show_day
from expertise.experts.evidence import Evidence
from expertise.experts.finding import Answer, Expert, Reason
from expertise.experts.models import Claim

LEVEL_NAMES = {
    "expert": lazy_gettext("expert: colleagues come to me"),
    "working": lazy_gettext("working knowledge: I can take it over"),
    "basic": lazy_gettext("basic: I know my way"),
}
LEVEL_SHORT = {
    "expert": lazy_gettext("expert"),
    "working": lazy_gettext("working knowledge"),
    "basic": lazy_gettext("basic"),
    "": lazy_gettext("no level given"),
}
KIND_NAMES = {
    "domain": lazy_gettext("Domains"),
    "language": lazy_gettext("Languages"),
    "region": lazy_gettext("Regions"),
    "training": lazy_gettext("Training"),
}
NEW_NAMES = {
    "domain": lazy_gettext("Declare a domain"),
    "language": lazy_gettext("Declare a language"),
    "region": lazy_gettext("Declare a region"),
    "training": lazy_gettext("Declare a training"),
}
EVIDENCE_NAMES = {
    "posting": lazy_gettext("held"),
    "stewardship": lazy_gettext("kept it"),
    "entry": lazy_gettext("wrote"),
    "handover": lazy_gettext("handed over"),
    "answer": lazy_gettext("answered it"),
}


def language_names() -> dict[str, str]:
    """Languages of the world by code of two letters, by name in the reader's language."""
    names = (get_locale() or Locale("en")).languages
    two = {code: str(name) for code, name in names.items() if len(code) == 2}
    return dict(sorted(two.items(), key=lambda pair: pair[1].casefold()))


def name_of(claim: Claim) -> str:
    """What it is about, in the reader's language."""
    if claim.domain is not None:
        return claim.domain.name(language())
    if claim.kind == "language":
        return language_names().get(claim.code, claim.code)
    if claim.kind == "region":
        return show_country(claim.code)
    return claim.title


def level_of(claim: Claim) -> str:
    """How well, in words; nothing where that makes no sense."""
    if claim.kind == "domain":
        return str(LEVEL_SHORT[claim.level])
    if claim.kind == "language":
        said = [_("reading %(level)s", level=claim.reading)] if claim.reading else []
        return ", ".join([*said, *([_("speaking %(level)s", level=claim.speaking)] if claim.speaking else [])])
    return ""


def years(first: dt.date | None, until: dt.date | None, *, ongoing: bool = False) -> str:
    """2015–18, 2019, or 2021 until now."""
    if first is None and until is None:
        return ""
    if ongoing or until is None:
        return _("since %(year)s", year=first.year) if first else _("until now")
    if first is None or first.year == until.year:
        return str(until.year)
    return (
        f"{first.year}–{until.year % 100:02}"
        if first.year // 100 == until.year // 100
        else f"{first.year}–{until.year}"
    )


def years_of(claim: Claim) -> str:
    """The years of a claim."""
    if claim.from_year is None and claim.until_year is None:
        return ""
    first, until = (dt.date(one, 1, 1) if one else None for one in (claim.from_year, claim.until_year))
    return years(first, until, ongoing=claim.until_year is None)


def now_of(expert: Expert, today: dt.date) -> str:
    """Where somebody is now: always a text."""
    if expert.person.left_on is not None and expert.person.left_on < today:
        return _("left in %(year)s", year=expert.person.left_on.year)
    if expert.now is None:
        return _("no position at the moment")
    position, ends = expert.now.position, expert.now.ends_on
    where = f"{position.title(language())}, {position.post.name(language())}"
    if ends is None:
        return where
    return _("%(where)s, until %(day)s", where=where, day=show_day(ends, expert.now.ends_precision))


def chain_of(expert: Expert) -> str:
    """Where it stands who came after them: the seat that they held, if that is a reason."""
    return next((why.evidence[0].url for why in expert.reasons if why.kind == "held"), "")


def dossier_of(expert: Expert) -> str:
    """The dossier that is a reason: a question about it belongs there, so that its answer is filed."""
    kept = next((why.evidence[0] for why in expert.reasons if why.kind == "kept"), None)
    return kept.key.partition(":")[2] if kept else ""


def text_of(reason: Reason, *, counts: bool = True) -> str:
    """A reason in words; without `counts` not how many colleagues endorse it."""
    if reason.claim is not None:
        return _declares(reason.claim, counts=counts)
    first, count = reason.evidence[0], len(reason.evidence)
    if reason.kind == "held":
        named = {"seat": first.title, "place": first.place, "years": _years(first)}
        return (
            _("is %(seat)s, %(place)s, %(years)s", **named)
            if first.ongoing
            else _("held %(seat)s, %(place)s, %(years)s", **named)
        )
    if reason.kind == "kept":
        named = {"title": first.title, "years": _years(first)}
        said = (
            _("keeps “%(title)s”, %(years)s", **named) if first.ongoing else _("kept “%(title)s”, %(years)s", **named)
        )
        return (
            said
            if count == 1
            else said + ngettext(", and %(num)s more dossier", ", and %(num)s more dossiers", count - 1)
        )
    last = max((one.last for one in reason.evidence if one.last), default=None)
    when = last.year if last else "?"
    if reason.kind == "wrote":
        return ngettext("%(num)s note, last in %(year)s", "%(num)s notes, last in %(year)s", count, year=when)
    if reason.kind == "answered":
        return ngettext("%(num)s answer, last in %(year)s", "%(num)s answers, last in %(year)s", count, year=when)
    if reason.kind == "handed_over":
        return ngettext(
            "%(num)s handover about it, last in %(year)s",
            "%(num)s handovers about it, last in %(year)s",
            count,
            year=when,
        )
    return ngettext("worked on %(num)s record of others", "worked on %(num)s records of others", count)


def _years(one: Evidence) -> str:
    return years(one.first, one.last, ongoing=one.ongoing) or _("years not recorded")


def _declares(claim: Claim, *, counts: bool) -> str:
    level, when = level_of(claim), years_of(claim)
    said = _("says of themselves: %(what)s", what=", ".join(one for one in (name_of(claim), level, when) if one))
    count = len(claim.endorsements) if counts else 0
    return said if not count else said + "; " + ngettext("endorsed by %(num)s", "endorsed by %(num)s", count)


def title_of(reason: Reason) -> str:
    """The record that says most, where the words do not name it."""
    return reason.evidence[0].title if reason.evidence and reason.kind not in ("held", "kept") else ""


def url_of(reason: Reason) -> str:
    """Where a reason can be looked up."""
    if reason.claim is not None:
        return f"/people/{reason.claim.person_id}/expertise"
    return reason.evidence[0].url


def when_of(reason: Reason, today: dt.date) -> dt.date | None:
    """When it was last true."""
    if reason.claim is not None:
        return reason.claim.declared_on
    return max((day for one in reason.evidence if (day := one.touched(today))), default=None)


def as_json(answer: Answer, today: dt.date) -> dict[str, Any]:
    """For programs; the form is fixed. Who gets no order gets no score."""
    return {
        "topic": answer.asked.topic,
        "people": [
            {
                "id": one.person.id,
                "name": one.person.name,
                "score": one.score,
                "now": now_of(one, today),
                "reasons": [
                    {
                        "kind": why.kind,
                        "text": text_of(why, counts=answer.ranked),
                        "url": url_of(why),
                        "when": when_of(why, today),
                    }
                    for why in one.reasons
                ],
            }
            for one in answer.people
        ],
    }
