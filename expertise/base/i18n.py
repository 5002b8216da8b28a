"""Languages on screen: which one, its dates, and the building of the catalogues.

Source texts are English. The Dutch of a room stands in translations/nl/<room>.po; they are merged into one catalogue
when the environment is built (`make setup` calls `build`).
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from flask import Flask, g
from flask_babel import Babel, Domain, get_locale

from expertise.base.clock import HEADQUARTERS
from expertise.base.spoken import read_languages

TRANSLATIONS = Path(__file__).parent.parent / "translations"
NAMES = {"nl": "Nederlands", "en": "English", "fr": "Français"}


class _Catalogues(Domain):
    """Flask-Babel's, which looks for the language at each of a page's hundred texts; ours does so once a page."""

    def get_translations(self) -> Any:
        """The catalogue of this page's language, also where `force_locale` has changed it for a while."""
        page = getattr(g._get_current_object(), "_flask_babel", None) if g else None
        locale = getattr(page, "babel_locale", None)
        if page is None or locale is None:
            return super().get_translations()
        if getattr(page, "catalogue_of", None) is not locale:
            page.catalogue, page.catalogue_of = super().get_translations(), locale
        return page.catalogue


def set_up(app: Flask, language_of_page: Callable[[], str]) -> None:
    """Give the application its languages; `language_of_page` says which one a request is answered in."""
    babel = Babel(app, locale_selector=language_of_page)
    texts = babel.domain_instance = _Catalogues()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        gettext=lambda text: texts.get_translations().ugettext(text),
        ngettext=lambda one, more, number: texts.get_translations().ungettext(one, more, number),
        newstyle=True,
    )
    # Jinja's own `_` looks up what `gettext` is, at each call.
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]


def language() -> str:
    """The language of this page: nl or en."""
    locale = get_locale()
    return locale.language if locale else "en"


def show_day(value: date | None, precision: str = "day") -> str:
    """A date as people write it, with no more precision than is known: 23 nov 2026, nov 2026, 2026."""
    if value is None:
        return "–"
    pattern = {"day": "d MMM y", "month": "MMM y", "year": "y"}[precision]
    return format_date(value, pattern, locale=language()).replace(".", "")


def show_moment(value: datetime, time_zone: str | None = None) -> str:
    """A day and a time, in the post's zone where one is given, else at headquarters."""
    zone = ZoneInfo(time_zone) if time_zone else HEADQUARTERS
    return format_datetime(value, "d MMM y, HH:mm", tzinfo=zone, locale=language()).replace(".", "")


def show_weekday(value: date) -> str:
    """A date with its day of the week in full: maandag 23 november 2026."""
    return format_date(value, "full", locale="nl" if language() == "nl" else "en_GB").replace(",", "")


def show_number(value: float) -> str:
    """A figure with one decimal, behind a comma where people write one: 4,4."""
    return format_decimal(value, "0.0", locale=language())


def show_month(value: date) -> str:
    """The short name of a month: nov."""
    return format_date(value, "LLL", locale=language()).replace(".", "")


def show_country(code: str | None) -> str:
    """A country in the reader's language; its code where it has no name."""
    return str((get_locale() or Locale("en")).territories.get(code, code)) if code else ""


def show_languages(written: str) -> str:
    """Languages by name in the reader's language, with how well behind it: French C1, no -> Frans C1, Noors."""
    names = (get_locale() or Locale("en")).languages
    told = [(names.get(code or "", word), level) for code, word, level in read_languages(written)]
    return ", ".join(f"{name} {level}".rstrip() for name, level in told)


def merged(target: str) -> Catalog:
    """All rooms' texts of one language in one catalogue."""
    whole = Catalog(locale=target)
    for path in sorted((TRANSLATIONS / target).glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale=target):
                if not message.id:
                    continue
                known = whole.get(message.id, message.context)
                if known is not None and known.string != message.string:
                    raise ValueError(f"{path.name}: {message.id!r} is translated in two ways")
                whole.add(message.id, message.string, context=message.context, flags=message.flags)
    return whole


def build() -> None:
    """Write the catalogue of each translated language."""
    for folder in sorted(path for path in TRANSLATIONS.iterdir() if path.is_dir()):
        target = folder / "LC_MESSAGES" / "messages.mo"
        target.parent.mkdir(exist_ok=True)
        # Merged before the file is opened: a mistake in a po file must not leave an empty catalogue behind.
        whole = merged(folder.name)
        with target.open("wb") as out:
            write_mo(out, whole)
