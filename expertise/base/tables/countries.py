"""Countries by code or by name in English, Dutch or French, as people and other systems write them."""

import re
import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

# In the Unicode list of territories, but no country: reserved codes, groups and outlying parts. Kosovo (XK)
# stays: ISO has no code for it, and there are posts there.
_NO_COUNTRY = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])

# What the Unicode lists do not have: former names, abbreviations, and what people say instead.
_VARIANTS = {
    "AE": ("UAE", "VAE", "Emirates", "Emiraten"),
    "BO": ("Plurinational State of Bolivia",),
    "BY": ("Wit-Rusland", "Byelorussia"),
    "CD": (
        "Congo Democratic Republic",
        "Democratic Republic of the Congo",
        "DRC",
        "DR Congo",
        "DRK",
        "Zaire",
    ),
    "CG": ("Congo Republic", "Republic of the Congo", "Republiek Congo", "Congo Brazzaville"),
    "CI": ("Ivory Coast", "Ivoorkust", "Cote d'Ivoire"),
    "CN": ("People's Republic of China", "PRC", "Volksrepubliek China"),
    "CV": ("Cape Verde", "Cabo Verde", "Kaapverdië"),
    "CZ": ("Czech Republic", "Czechia", "Tsjechische Republiek", "République tchèque"),
    "FM": ("Federated States of Micronesia",),
    "GB": ("UK", "VK", "U.K.", "Great Britain", "Groot-Brittannië", "England", "Engeland", "Britain"),
    "IR": ("Islamic Republic of Iran", "Persia", "Perzië"),
    "KP": ("Democratic People's Republic of Korea", "DPRK"),
    "KR": ("Republic of Korea", "Republiek Korea"),
    "LA": ("Lao People's Democratic Republic", "Lao PDR"),
    "LK": ("Ceylon",),
    "MD": ("Republic of Moldova", "Moldova", "Moldavië"),
    "MK": ("Macedonia", "Macedonië", "Macédoine", "North Macedonia", "FYROM"),
    "MM": ("Burma", "Birma", "Myanmar", "Birmanie"),
    "NL": ("Holland", "The Netherlands", "Kingdom of the Netherlands", "Koninkrijk der Nederlanden"),
    "PS": ("Palestine", "Palestina", "State of Palestine", "Palestinian Territories", "Palestijnse Gebieden"),
    "RU": ("Russian Federation", "Russische Federatie"),
    "SY": ("Syrian Arab Republic",),
    "SZ": ("Swaziland", "Eswatini"),
    "TL": ("East Timor", "Oost-Timor"),
    "TR": ("Turkey", "Turkije", "Turquie", "Türkiye"),
    "TZ": ("United Republic of Tanzania",),
    "US": (
        "USA",
        "U.S.A.",
        "U.S.",
        "VS",
        "United States of America",
        "Verenigde Staten van Amerika",
        "Etats-Unis",
    ),
    "VA": ("Holy See", "Heilige Stoel", "Saint-Siège", "Vatican", "Vaticaan"),
    "VE": ("Bolivarian Republic of Venezuela",),
    "VN": ("Viet Nam",),
}
_SMALL_WORDS = frozenset(["the", "de", "het", "la", "le", "les", "l", "and", "en", "et"])


def _plain(name: str) -> str:
    """For comparing: without accents, signs, capitals and small words; Saint is St."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    words = re.sub(r"[^\w]+", " ", re.sub(r"['’.]", "", bare)).split()
    return " ".join("st" if word in ("saint", "sint") else word for word in words if word not in _SMALL_WORDS)


@cache
def _codes_by_name() -> dict[str, str]:
    known: dict[str, str] = {}
    english = {str(code): str(name) for code, name in Locale("en").territories.items()}
    codes = [code for code in english if re.fullmatch("[A-Z]{2}", code) and code not in _NO_COUNTRY]
    for code, names in _VARIANTS.items():
        known.update({_plain(name): code for name in names})
    for language in ("fr", "nl", "en"):
        territories = Locale(language).territories
        known.update({_plain(str(territories[code])): code for code in codes})
    for alias, replaced_by in get_global("territory_aliases").items():
        # Three letters, as in a passport: NLD.
        if re.fullmatch("[A-Z]{3}", str(alias)) and len(replaced_by) == 1 and replaced_by[0] in codes:
            known[str(alias).casefold()] = replaced_by[0]
    return known | {code.casefold(): code for code in codes}


def find_country(name: str) -> str | None:
    """The ISO 3166 code of two letters, or None if no country is known by this name."""
    known = _codes_by_name()
    # A code is looked up as it stands: `LA` is Laos, though "la" is also a small word.
    return known.get(name.strip().casefold()) or known.get(_plain(name))
