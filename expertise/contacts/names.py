"""Names as they are compared and looked up: without accents, capitals and signs."""

import re
import unicodedata
from difflib import SequenceMatcher

LONGEST_WORD = 60
LONGEST_KEY = 200
BEGINNING = 3  # letters of a word by which a longer one is meant; an initial is one too
TELLING = 4  # letters of a word that says more than that somebody is called Jan
NEAR = 0.75  # of the letters are the same, in order: a slip of the keyboard
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def plain(text: str) -> str:
    """`Märquandt, Ilse` and `marquandt ilse` are the same; a name in signs only stays itself."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return (" ".join(re.findall(r"\w+", bare.translate(_LETTERS))) or text.casefold().strip())[:LONGEST_KEY]


def words_in(*texts: str) -> set[str]:
    """The words by which something with these texts is looked up."""
    return {word[:LONGEST_WORD] for text in texts if text for word in plain(text).split()}


def resembles(one: str, other: str) -> bool:
    """Whether two names may be of the same: each word of the shorter is one of the other, begins one or is nearly one.

    A name of one word resembles only another such, or every Ilse would be each other's double.
    """
    short, long = sorted((plain(one).split(), plain(other).split()), key=len)
    if len(short) < 2 and len(long) > 1:
        return False
    left, told = list(long), False
    for word in short:
        same = word if word in left else next((its for its in left if _nearly(word, its)), None)
        if same is None:
            return False
        left.remove(same)
        told = told or min(len(word), len(same)) >= TELLING
    return told


def _nearly(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if (len(short) == 1 or len(short) >= BEGINNING) and long.startswith(short):
        return True
    return len(short) >= TELLING and SequenceMatcher(None, short, long).ratio() >= NEAR
