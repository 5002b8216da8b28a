"""Text into terms: one reading per language, the same for what is indexed and for what is asked.

Words are lower-cased, stop words leave a gap, the rest is stemmed by Snowball and only then loses its accents (a
stemmer knows its language with them). Names, codes and capitals are kept as they stand as well, behind `=`.
No engine analyses anything itself: it is handed these terms, so that a query means the same in each.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import snowballstemmer
from whoosh.lang.stopwords import stoplists

from expertise.search import compounds
from expertise.search.british import american

# Counts up when the same text would give other terms: an index of another version is built anew.
VERSION = 7
LANGUAGES = ("nl", "en", "fr")
GAP = ""
# Marks before a term: as it stands, a part of a compound, what a piece is called, and the initials of that.
EXACT = "="
PART = "~"
CALLED = "\u2261"
INITIALS = "^"

# A stop word list must not swallow what a ministry writes about: EU and AI are forms of avoir in French.
_CONTENT = frozenset({"eu", "ai", "été", "pas", "son", "sommes"})
_MORE = {
    "nl": {"zullen", "zou", "zouden", "kunt", "moeten", "mogen", "mag", "welke", "welk", "waarom", "wanneer"}
    | {"waar", "wij", "we", "jij", "jullie", "dient", "bent", "hebt", "had", "hadden", "bijvoorbeeld", "echter"}
    # The closed classes of Dutch, which Snowball's list has in part: what joins, points and asks says nothing itself.
    | {"nee", "zoals", "volgens", "sinds", "tussen", "binnen", "buiten", "behalve", "alle", "elke", "ieder", "iedere"}
    | {"terwijl", "tijdens", "vanwege", "steeds", "hoeveel", "zodat", "zowel", "zoveel", "noch", "ofwel", "indien"}
    | {"mits", "tenzij", "hoewel", "omtrent", "jegens", "langs", "rond", "rondom", "sedert", "voordat", "nadat"}
    | {"totdat", "opdat", "onze", "zulke", "dezelfde", "hetzelfde", "diezelfde", "wel", "zeer", "vaak", "soms"}
    | {"nooit", "ooit", "juist", "slechts", "immers", "namelijk", "eveneens", "tevens", "voorts", "aldus"}
    | {f"waar{one}" for one in ("in", "bij", "op", "uit", "van", "mee", "door", "na", "onder", "over")}
    | {f"daar{one}" for one in ("bij", "in", "mee", "om", "op", "van", "door", "na", "over", "uit")}
    | {f"hier{one}" for one in ("bij", "van", "in", "op", "mee", "door", "over")}
    | {f"er{one}" for one in ("van", "voor", "op", "in", "bij", "mee", "over", "aan", "uit")}
    | {"gaat", "gaan", "ging", "laten", "laat", "wilt", "wilde", "willen", "zult", "zei", "zegt", "geven", "gezien"}
    | {"oa", "dwz", "mbt", "tav", "ivm", "tbv", "enz", "etc", "bijv"}
    | {"geworden", "werden", "komt", "komen", "mocht", "mochten", "moest", "moesten"},
    "en": {"ie", "eg", "etc", "viz", "vs", "would", "could", "may", "shall", "must", "might", "been", "also", "any"},
    "fr": {"cette", "cet", "comme", "plus", "tous", "tout", "toute", "toutes", "ainsi", "entre", "donc", "les"},
}
STOP = {one: (frozenset(stoplists[one]) | _MORE[one]) - _CONTENT for one in LANGUAGES}

# What stands before a word and is none itself, so that it is written with a hyphen or without: co-operation.
_BEFORE = (
    *("anti", "bi", "co", "inter", "intra", "micro", "mini", "multi", "neo", "non", "post", "pre", "pseudo", "quasi"),
    *("re", "semi", "sub", "supra", "trans", "tri", "ultra"),
)
# From the hyphen backwards: most texts have none, and that shows soonest so.
_ITS_HYPHEN = "|".join(rf"(?<=(?<![\w-]){one}-)" for one in _BEFORE)
_HYPHEN = re.compile(rf"-(?=[^\W\d_])(?:{_ITS_HYPHEN})", re.IGNORECASE)
_HYPHENED = re.compile(rf"(?<![\w-])(?:{'|'.join(_BEFORE)})-[^\W\d_][^\W_]*", re.IGNORECASE)
_SIMPLE_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+")
_WORD = re.compile(rf"{_HYPHENED.pattern}|{_SIMPLE_WORD.pattern}", re.IGNORECASE)
# l'accord, d'Orsay: the article goes. EU's, foto's: the s goes.
_ELISION = re.compile(r"\b(?:[ldjmtscn]|qu|jusqu|lorsqu|puisqu)['’](?=\w)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
# What Word and PDF leave within a word without showing it, where a line may end; and hyphens where none may.
_UNSEEN = {"\u00ad": "", "\u200b": "", "\u2060": "", "\ufeff": "", "\u2010": "-", "\u2011": "-"}
_UNFOLDABLE = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"})

# Nouns whose vowel is short alone and long in the plural; Snowball leaves verdrag and verdraag apart.
_LENGTHENED = {
    "verdraag": "verdrag",
    "bedraag": "bedrag",
    "verslaag": "verslag",
    "aanslaag": "aanslag",
    "neerslaag": "neerslag",
    "gezaag": "gezag",
    "gebeed": "gebed",
    "oorloog": "oorlog",
    "gebood": "gebod",
    "verbood": "verbod",
    "aanbood": "aanbod",
    "kernwaap": "kernwapen",
    "waap": "wapen",
    "wegen": "weg",
    "hoov": "hof",
    "hoof": "hof",
    "leed": "lid",
    "steed": "stad",
    "daag": "dag",
}
_LONG_ENOUGH = 6
_LENGTHENED_ENDS = tuple(long for long in _LENGTHENED if len(long) >= _LONG_ENOUGH)
_STEMMERS = {
    "nl": snowballstemmer.stemmer("dutch"),
    "en": snowballstemmer.stemmer("english"),
    "fr": snowballstemmer.stemmer("french"),
}


def clean(text: str) -> str:
    """The text in composed characters; what the reader is shown and what is analysed are the same."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    # One by one: to look for a sign that is not there takes nothing, to translate a text is felt in twenty snippets.
    for sign, written in _UNSEEN.items():
        text = text.replace(sign, written)
    return text


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """The word without accents."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word.translate(_UNFOLDABLE))
    return "".join(part for part in parts if not unicodedata.combining(part))


@lru_cache(maxsize=400_000)
def stem(word: str, language: str) -> str:
    """The term of a lower-case word in a language; GAP for a stop word."""
    return _stem(word, language)


def guessed_terms(guesses: Iterable[str]) -> frozenset[str]:
    """What these lower-case words stand for in any language; most are no words, so nothing of them is kept."""
    found = {_stem(guess, language) for guess in guesses for language in LANGUAGES}
    return frozenset(found - {GAP})


def _stem(word: str, language: str) -> str:
    if word in STOP[language]:
        return GAP
    if not word.isalpha():
        return fold(word)
    found = _STEMMERS[language].stemWord(american(word) if language == "en" else word)
    return _shorten(fold(found)) if language == "nl" else fold(found)


def _shorten(found: str) -> str:
    if found in _LENGTHENED:
        return _LENGTHENED[found]
    if not found.endswith(_LENGTHENED_ENDS):
        return found
    long = next(long for long in _LENGTHENED_ENDS if found.endswith(long))
    return found.removesuffix(long) + _LENGTHENED[long]


def exact(word: str) -> str:
    """The term of a word that must be found as it stands."""
    return EXACT + fold(_unsigned(word).lower())


def _unsigned(word: str) -> str:
    """The word without dots between initials and the hyphen after what stands before it."""
    return word.replace(".", "").replace("-", "")


def _bare(text: str) -> str:
    text = clean(text)
    if "'" in text or "’" in text:
        text = _POSSESSIVE.sub("", _ELISION.sub("", text))
    return text


def words(text: str) -> list[str]:
    """The words of a text as they are written."""
    return written_words(_bare(text))


def written_words(text: str) -> list[str]:
    """The words of a cleaned text as they are written in it, articles and possessives apart."""
    return (_WORD if _HYPHEN.search(text) else _SIMPLE_WORD).findall(text)


def is_capitals(word: str) -> bool:
    """WHO and IT are not who and it."""
    return len(word) > 1 and word.isupper()


def term(word: str, language: str) -> str:
    """The term of a word as it is written, in a text of this language."""
    if not word.isalnum():
        word = _unsigned(word)
    found = stem(word.lower(), language)
    if found == GAP and is_capitals(word):
        return exact(word)
    return found


def terms(text: str, language: str) -> list[str]:
    """The terms of a text, each at its position; GAP where a stop word stood."""
    return [term(word, language) for word in words(text)]


def exact_terms(names: tuple[str, ...]) -> list[str]:
    """The terms of names and codes, each name a run of positions, with a gap between two names."""
    found: list[str] = []
    for name in names:
        found += [exact(word) for word in words(name)]
        found.append(GAP)
    return found


def asked_terms(word: str) -> dict[str, str]:
    """What a word in a query may stand for: its term in each language, GAP where it is a stop word there."""
    return {language: term(word, language) for language in LANGUAGES}


def halves(word: str) -> tuple[str, ...]:
    """What stands before a word with a hyphen, and that word; nothing for other words."""
    return tuple(word.split("-")) if "-" in word else ()


def half_terms(text: str, language: str) -> list[str]:
    """The terms of the halves of all words with such a hyphen."""
    found = (term(half, language) for half in _halves_in(text))
    return [one for one in found if one]


def exact_half_terms(names: tuple[str, ...]) -> list[str]:
    """The same of names."""
    return [exact(half) for name in names for half in _halves_in(name)]


def _halves_in(text: str) -> Iterator[str]:
    if _HYPHEN.search(text):
        for word in _HYPHENED.findall(_bare(text)):
            yield from halves(word)


@lru_cache(maxsize=200_000)
def part_terms(word: str) -> tuple[str, ...]:
    """The terms of the parts of a Dutch compound, behind `~`."""
    whole = (halves(word) or (word,))[-1]
    found = (stem(compounds.as_written(part), "nl") for part in compounds.parts(fold(whole.lower())))
    return tuple(dict.fromkeys(PART + one for one in found if one))


@lru_cache(maxsize=20_000)
def smallest_terms(word: str) -> tuple[tuple[str, ...], ...]:
    """For each smallest part of a Dutch compound, and half of a word with a hyphen, the terms that stand for it."""
    *before, whole = halves(word) or (word,)
    groups = [_any_language(half) for half in before]
    smallest = compounds.smallest(fold(whole.lower()))
    for forms in smallest:
        terms_of = [one for one in dict.fromkeys(stem(compounds.as_written(form), "nl") for form in forms) if one]
        groups.append((*terms_of, *(PART + one for one in terms_of)))
    if before and not smallest:
        groups.append(_any_language(whole))
    groups = [group for group in groups if group]
    return tuple(groups) if len(groups) > 1 else ()


def _any_language(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in asked_terms(word).values() if one))


# Where one name ends and another begins in a title: Wet van 1 mei, houdende regels (Wet op de vis).
_BETWEEN = re.compile(r"[(),;:\[\]\"“”«»/]+|\s[-–—]\s|\bhoudende\b|\bgenaamd\b", re.IGNORECASE)
MOST_IN_A_NAME = 14
MOST_INITIALS = 8
FEWEST_INITIALS = 3


def called(text: str, language: str) -> str | None:
    """One term for the whole of a name, whatever form its words have."""
    found = [one for one in terms(text, language) if one]
    if not 1 <= len(found) <= MOST_IN_A_NAME:
        return None
    return CALLED + hashlib.blake2b(" ".join(found).encode("utf-8", "replace"), digest_size=6).hexdigest()


def name_terms(title: str, language: str) -> list[str]:
    """What the piece is called, in whole and by the parts of its title, and the initials of those."""
    found: dict[str, None] = {}
    for name in (title, *_BETWEEN.split(clean(title))):
        whole = called(name, language)
        if whole:
            found[whole] = None
        spoken = [word for word in words(name) if word[0].isalpha()]
        if len(spoken) <= MOST_IN_A_NAME:
            telling = [word for word in spoken if word.lower() not in STOP[language]]
            for some in (spoken, telling):
                if FEWEST_INITIALS <= len(some) <= MOST_INITIALS:
                    found[INITIALS + fold("".join(word[0] for word in some).lower())] = None
    return list(found)


def initials_term(word: str) -> str | None:
    """The term of a word that may be an abbreviation: one with a capital in it."""
    bare = word.replace(".", "")
    if FEWEST_INITIALS <= len(bare) <= MOST_INITIALS and bare.isalpha() and not bare.islower():
        return INITIALS + fold(bare.lower())
    return None
