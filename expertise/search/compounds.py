"""Dutch compounds: the parts of a word, so that "beleid" finds "veiligheidsbeleid" and the whole finds the parts.

A word is split where both sides are words of the dictionary (the forms that simplemma ships) and neither is a mere
prefix or ending. Of several ways the cheapest wins: few parts, none very short, no guesses. The dictionary is read
when the first word is asked for. How well it does: docs/search.md.
"""

from functools import cache, lru_cache
from unicodedata import combining, normalize

from simplemma.strategies.dictionaries import DefaultDictionaryFactory

from expertise.search.compound_words import ALSO, NEVER_LEFT, NEVER_RIGHT, PREFIXES, THREE_LETTERS

SHORTEST = 6
SHORTEST_PART = 3
# A part of so many letters may be a compound itself.
SPLIT_AGAIN = 7
FULL = 4
LONGEST = 40
# By their last letter, so that most words are not tried with each.
_LINKS_BY_END = {"s": ("s",), "n": ("en", "n"), "e": ("e",), "r": ("er",)}
_ENDINGS = ("s", "en", "e", "n", "tje", "je", "ig")
_NOUN = "heid"
_GUESSED = 0.5
_LINKED = 0.2
_VERBAL = 0.4
_SHORT = 0.6
# Of two ways the letter s belongs to the second part where that is a word with it: vrij|stelling, not vrijs|telling.
_TAKEN_S = 0.1
# After a prefix the root of a word has at least so many letters.
_ROOT = 4
_VOWELS = "aeiou"
_LONGEST_PREFIX = max(map(len, PREFIXES))

Split = tuple[float, tuple[str, ...]]


@cache
def _dictionary() -> frozenset[str]:
    return frozenset(_accented()) | THREE_LETTERS | ALSO


@cache
def _accented() -> dict[str, str]:
    """The words of the dictionary as they are written, by what they are without accents."""
    forms = DefaultDictionaryFactory().get_dictionary("nl")
    found = {word for pair in forms.items() for word in pair if len(word) >= FULL and word.isalpha() and word.islower()}
    return {_bare(word): word for word in sorted(found, key=str.isascii)}


def _bare(word: str) -> str:
    if word.isascii():
        return word
    return "".join(sign for sign in normalize("NFD", word) if not combining(sign))


def as_written(part: str) -> str:
    """A part with its accents: a stemmer goes by them."""
    return _accented().get(part, part)


@lru_cache(maxsize=100_000)
def _cost(word: str) -> float | None:
    """What it costs to take this for a word: nothing, something where only forms of it are known, None if unknown."""
    known = _dictionary()
    if word in known:
        return 0.0
    if len(word) > FULL:
        for ending in _ENDINGS:
            if word + ending in known:
                return _GUESSED
    # Any adjective makes a noun: bereidheid, toegankelijkheid.
    if len(word) > FULL + len(_NOUN) and word.endswith(_NOUN) and word.removesuffix(_NOUN) in known:
        return _GUESSED
    return None


def _left(part: str) -> Split | None:
    if part in NEVER_LEFT:
        return None
    known = _dictionary()
    short = _SHORT if len(part) < FULL else 0.0
    # A guess is enough for the last part alone: overl(open) and opzi(ener) were guesses.
    if part in known:
        return 1 + short, (part,)
    for link in _LINKS_BY_END.get(part[-1], ()):
        if part.endswith(link):
            bare = part[: -len(link)]
            long_enough = len(bare) >= (SHORTEST_PART if link == "s" else FULL)
            if long_enough and bare in known and bare not in NEVER_LEFT:
                return 1 + short + _LINKED, (bare,)
    # The stem of a verb: laad(vermogen), speel(film). None ends in one vowel alone: geni(eten).
    if len(part) >= FULL and part + "en" in known:
        is_open = part[-1] in _VOWELS and part[-2] not in _VOWELS
        return None if is_open else (1 + _VERBAL, (part,))
    return None


def _left_again(part: str) -> Split | None:
    """A left part that is a compound itself."""
    again = (_best(part[:-1]) if part.endswith("s") else None) or _best(part)
    return (again[0] + _LINKED, again[1]) if again else None


def _right(part: str) -> Split | None:
    cost = _cost(part)
    if cost is not None:
        return 1 + (_SHORT if len(part) < FULL else 0.0) + cost, (part,)
    return _best(part) if len(part) >= SPLIT_AGAIN else None


def _prefixed(word: str) -> range:
    """Where a word that is a prefix and another word cannot be split: ver-storen is not vers|toren."""
    known = _dictionary()
    last = min(len(word) - FULL, _LONGEST_PREFIX + 1)
    ends = [place for place in range(2, last) if word[:place] in PREFIXES and word[place:] in known]
    return range(ends[0], ends[-1] + _ROOT) if ends else range(0)


def _is_ending(begin: str, end: str) -> bool:
    """A last part that is none: the ending of an inflected form (schop-pen, scherp-en)."""
    if end in NEVER_RIGHT:
        return True
    short = len(end) == SHORTEST_PART and end.endswith("en")
    return short and (begin[-1] == end[0] or begin + end[0] in _dictionary())


@lru_cache(maxsize=400_000)
def _best(word: str) -> Split | None:
    found: list[tuple[float, int, tuple[str, ...]]] = []
    prefixed = _prefixed(word)
    for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        begin, end = word[:place], word[place:]
        # What takes little to see comes first, so that few long parts are split again.
        if place in prefixed or (len(end) < SPLIT_AGAIN and _cost(end) is None):
            continue
        left = _left(begin)
        if (left is None and place < SPLIT_AGAIN) or _is_ending(begin, end):
            continue
        left = left or _left_again(begin)
        right = _right(end) if left else None
        if left and right:
            taken = _TAKEN_S if begin[-1] == "s" and "s" + end in _dictionary() and _cost(begin[:-1]) == 0 else 0.0
            found.append((left[0] + right[0] + taken, abs(2 * place - len(word)), left[1] + right[1]))
    if not found:
        return None
    cost, _balance, parts = min(found)
    return cost, parts


def split(word: str) -> tuple[str, ...]:
    """The parts of a lower-case word without accents; none where it is no compound."""
    if not SHORTEST <= len(word) <= LONGEST or not word.isalpha() or not word.isascii():
        return ()
    best = _best(word)
    return best[1] if best else ()


def forms(part: str) -> tuple[str, ...]:
    """A part, and without the letters that may only join it to the next: levens, leven."""
    found = [part]
    for link in ("s", "en"):
        bare = part.removesuffix(link)
        if bare != part and len(bare) >= FULL and _cost(bare) is not None:
            found.append(bare)
    return tuple(found)


@lru_cache(maxsize=200_000)
def parts(word: str) -> tuple[str, ...]:
    """All that a compound holds, parts of its parts too, in every form."""
    found: list[str] = []
    for part in split(word):
        found += forms(part)
        if len(part) > SPLIT_AGAIN:
            found += parts(part)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=50_000)
def smallest(word: str) -> tuple[tuple[str, ...], ...]:
    """The smallest parts of a compound, each in every form; a text that holds all of them speaks of the whole."""
    found: list[tuple[str, ...]] = []
    for part in split(word):
        found += (smallest(part) if len(part) > SPLIT_AGAIN else ()) or (forms(part),)
    return tuple(found)
