"""What somebody takes along of their own expertise, in the shape of a Europass, which others read."""

from typing import Any

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.experts.evidence import Evidence
from expertise.experts.models import Claim
from expertise.experts.queries import Observed, Shown, profile_of
from expertise.experts.service import Profile
from expertise.people.models import Person
from expertise.posts.queries import postings_of

FORMAT = "expertise-profile/1"


def europass(viewer: Viewer, person: Person) -> dict[str, Any]:
    """Everything that is known here of what this person knows, for the person alone."""
    require(viewer, "expertise.own", Profile(person))
    shown = profile_of(viewer, person.id)
    return {
        "format": FORMAT,
        "made_on": clock.today().isoformat(),
        "PersonalInformation": {"Name": person.name, "Email": person.email, "Phone": person.phone},
        "WorkExperience": [
            {
                "Position": one.position.title_en,
                "Employer": one.position.post.name_en,
                "Country": one.position.post.country,
                "Period": _period(one.starts_on, one.ends_on),
            }
            for one in postings_of(viewer, person)
            if one.status == "held"
        ],
        "Education": [_claim(one) | {"Title": one.title} for one in shown.claims["training"]],
        "LinguisticSkills": [
            _claim(one) | {"Language": one.code, "CEFR": {"Reading": one.reading, "Speaking": one.speaking}}
            for one in shown.claims["language"]
        ],
        "Skills": [_domain(one) for one in shown.claims["domain"]],
        "Regions": [_claim(one) | {"Country": one.code} for one in shown.claims["region"]],
        "Observed": [_observed(one) for one in shown.observed],
        "Hidden": [row.key for row, _name in shown.hidden],
        "Objection": _objection(shown),
    }


def _objection(shown: Shown) -> dict[str, str] | None:
    if shown.objection is None:
        return None
    return {"Scope": shown.objection.scope, "Since": shown.objection.since.isoformat()}


def _period(first: Any, last: Any) -> dict[str, str | None]:
    return {"From": first.isoformat() if first else None, "To": last.isoformat() if last else None}


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "Years": {"From": claim.from_year, "To": claim.until_year},
        "Evidence": claim.evidence,
        "DeclaredOn": claim.declared_on.isoformat(),
        "EndorsedBy": [
            {"Name": one.by.name, "On": one.endorsed_on.isoformat(), "Note": one.note} for one in claim.endorsements
        ],
    }


def _domain(claim: Claim) -> dict[str, Any]:
    domain = claim.domain
    names = {"Code": domain.code, "Names": domain.names} if domain else {}
    return _claim(claim) | names | {"Level": claim.level}


def _observed(group: Observed) -> dict[str, Any]:
    return {
        "Domain": group.domain.code if group.domain else None,
        "Country": group.country or None,
        "Evidence": [_evidence(one) for one in group.evidence],
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {"Kind": one.kind, "Role": one.role, "Title": one.title, "Period": _period(one.first, one.last)}
