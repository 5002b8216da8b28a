"""Parts of the world (UN M49) and the countries in them: told by where their time zones lie, as Unicode lists them."""

from collections import Counter
from functools import cache

from babel import Locale
from babel.core import get_global
from flask_babel import get_locale

AFRICA, AMERICAS, ASIA, EUROPE, OCEANIA = REGIONS = ("002", "019", "142", "150", "009")
_AREAS = {
    "Africa": AFRICA,
    "America": AMERICAS,
    "Asia": ASIA,
    "Europe": EUROPE,
    "Australia": OCEANIA,
    "Pacific": OCEANIA,
}
# Whose zones are called by an ocean, or lie mostly elsewhere than the United Nations count the country; and Cyprus,
# which they count to Asia and the European Union does not.
_EXCEPTIONS = {
    **dict.fromkeys(("CV", "KM", "MG", "MU", "RE", "SC", "SH", "YT"), AFRICA),
    **dict.fromkeys(("BM", "FK", "GS", "US", "CL", "EC"), AMERICAS),
    **dict.fromkeys(("CC", "CX", "IO", "MV", "TR", "AM", "AZ", "GE"), ASIA),
    **dict.fromkeys(("ES", "XK", "CY", "FO", "IS", "PT", "RU", "UA", "GB", "FR", "SJ"), EUROPE),
}


def countries_in(region: str) -> list[str]:
    """The countries of a part of the world."""
    return sorted(code for code, found in _regions().items() if found == region)


def region_name(region: str) -> str:
    """In the reader's language."""
    return str((get_locale() or Locale("en")).territories.get(region, region))


@cache
def _regions() -> dict[str, str]:
    areas: dict[str, Counter[str]] = {}
    for zone, country in get_global("zone_territories").items():
        area = zone.partition("/")[0]
        if area in _AREAS:
            areas.setdefault(str(country), Counter())[_AREAS[area]] += 1
    found = {country: counted.most_common(1)[0][0] for country, counted in areas.items()}
    return {**found, **_EXCEPTIONS}
