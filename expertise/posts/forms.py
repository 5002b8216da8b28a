"""Forms for posts, positions, postings and duties."""

from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from expertise.base.forms import Form, IsCountry, PartialDay, choices, day, line, needed, text
from expertise.base.i18n import show_country, show_languages
from expertise.base.spoken import unknown_languages
from expertise.base.tables.countries import find_country
from expertise.posts.models import HIGHEST_GRADE, LONGEST_TOUR, Position, Post, Posting

KIND_NAMES = {
    "embassy": _("embassy"),
    "permanent-representation": _("permanent representation"),
    "consulate-general": _("consulate-general"),
    "consulate": _("consulate"),
    "office": _("office"),
    "mission": _("mission"),
    "directorate": _("directorate"),
    "department": _("department"),
    "other": _("other"),
}
STATUS_NAMES = {"held": _("came, or is to come"), "never_served": _("was named and never came")}


class AreLanguages:
    """Names or codes of languages, each with how well it must be known behind it."""

    def __call__(self, _form: Any, field: Any) -> None:
        """As WTForms calls it."""
        if unknown := unknown_languages(field.data or ""):
            why = gettext("“%(word)s” is no language that we know. Write them as: French C1, Arabic.", word=unknown[0])
            raise ValidationError(why)


class IsTimeZone:
    """A zone of the tz database, such as Europe/Vienna."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raise ValidationError."""
        if field.data and field.data not in available_timezones():
            raise ValidationError(gettext("This time zone is not known. Write it as Europe/Vienna."))


class PostForm(Form):
    """A post, or a part of headquarters."""

    code = line(_("Code"), needed(), longest=60, description=_("Short, as in an address: GEN-PV"))
    name_nl = line(_("Name in Dutch"), needed())
    name_en = line(_("Name in English"), needed())
    kind = SelectField(_("Kind"), choices=choices(KIND_NAMES), default="embassy")
    country = line(_("Country"), IsCountry())
    city = line(_("City"), longest=100)
    time_zone = line(_("Time zone"), IsTimeZone(), longest=50)
    parent = SelectField(_("Part of"))
    external_id = line(_("Id in the personnel system"))

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in, as the verbs take it; the parent is looked up by the view."""
        names = ("code", "name_nl", "name_en", "kind", "time_zone")
        return {name: self[name].data for name in names} | {
            "city": self.city.data or "",
            "country": find_country(self.country.data or ""),
            "external_id": self.external_id.data or None,
        }


def post_as_filled(post: Post) -> dict[str, Any]:
    """A post as its form holds it."""
    names = ("code", "name_nl", "name_en", "kind", "city", "time_zone", "external_id")
    return {name: getattr(post, name) for name in names} | {
        "country": show_country(post.country),
        "parent": post.parent_id or "",
    }


class OnForm(Form):
    """From which day on something is closed or abolished."""

    on = day(_("Last day"), needed())


class PositionForm(Form):
    """A seat at a post."""

    title_nl = line(_("Title in Dutch"), needed())
    title_en = line(_("Title in English"), needed())
    portfolio = text(_("Portfolio"))
    rotates = BooleanField(_("Its holder rotates"), default=True)
    tour_months = IntegerField(
        _("Length of a tour, in months"),
        [Optional(), NumberRange(1, LONGEST_TOUR, message=_("Fill in a number of months from 1 to 240."))],
    )
    grade = IntegerField(
        _("Grade"),
        [Optional(), NumberRange(1, HIGHEST_GRADE, message=_("Fill in a grade from 1 to 30."))],
        description=_("The salary scale of the seat, as a number."),
    )
    languages = line(_("Languages that its holder needs"), AreLanguages(), description=_("Such as: French C1, Arabic"))
    point_of_contact = line(
        _("Whom candidates can ask"), description=_("A name, address or number. Empty: its present holder.")
    )
    external_id = line(_("Id in the personnel system"))

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in, as the verbs take it."""
        return {
            "title_nl": self.title_nl.data,
            "title_en": self.title_en.data,
            "portfolio": self.portfolio.data or "",
            "rotates": self.rotates.data,
            "tour_months": self.tour_months.data,
            "grade": self.grade.data,
            "languages": self.languages.data or "",
            "point_of_contact": self.point_of_contact.data or "",
            "external_id": self.external_id.data or None,
        }


def position_as_filled(position: Position) -> dict[str, Any]:
    """A position as its form holds it: languages by name, in the language of the reader."""
    texts = ("title_nl", "title_en", "portfolio", "point_of_contact", "external_id")
    names = (*texts, "rotates", "tour_months", "grade")
    return {name: getattr(position, name) for name in names} | {"languages": show_languages(position.languages)}


class PostingForm(Form):
    """From when to when somebody holds a position."""

    starts_on = PartialDay(_("First day"))
    ends_on = PartialDay(_("Last day, planned or past"))
    acting = BooleanField(_("Acts for the holder, or until there is one"))
    status = SelectField(_("This person"), choices=choices(STATUS_NAMES), default="held")

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in, as the verbs take it."""
        starts, ends = self.starts_on.value, self.ends_on.value
        return {
            "starts_on": starts and starts.date,
            "starts_precision": starts.precision if starts else "day",
            "ends_on": ends and ends.latest,
            "ends_precision": ends.precision if ends else "day",
            "acting": self.acting.data,
            "status": self.status.data,
        }


def posting_as_filled(posting: Posting) -> dict[str, Any]:
    """A posting as its form holds it."""
    return {
        "starts_on": PartialDay.written(posting.starts_on, posting.starts_precision),
        "ends_on": PartialDay.written(posting.ends_on, posting.ends_precision),
        "acting": posting.acting,
        "status": posting.status,
    }


class NewPostingForm(PostingForm):
    """The same, and who: typed as people know each other, and chosen where several fit."""

    person = line(_("Person"), needed(), description=_("Name or e-mail address; a part will do."))
    # The choices are those whom the typed name fits; the view judges the answer.
    person_id = RadioField(_("Who is meant"), choices=[], validate_choice=False)


class AbsenceForm(Form):
    """The holder is away, and somebody stands in."""

    person = line(_("Who stands in"), needed(), description=_("Name or e-mail address; a part will do."))
    person_id = RadioField(_("Who is meant"), choices=[], validate_choice=False)
    starts_on = day(_("First day"), needed())
    ends_on = day(_("Last day"), needed())


class MergeForm(Form):
    """What was read before it is done for good."""

    other = HiddenField()
    stays = HiddenField()
    seal = HiddenField()


class EndForm(Form):
    """The last day of a posting."""

    ends_on = PartialDay(_("Last day"), [needed()])


class DutyForm(Form):
    """Something that a position does again and again."""

    name = line(_("What"), needed())
    when_where = line(_("When and where"))
    purpose = text(_("What it is for"))
    focal_point = line(_("With whom"))

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in, as the verbs take it."""
        return {name: value or "" for name, value in self.values.items()}
