"""Names as they are compared and looked up: without accents, capitals and signs."""

import re
import unicodedata

LONGEST_WORD = 60
LONGEST_KEY = 200
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def plain(text: str) -> str:
    """`Märquandt, Ilse` and `marquandt ilse` are the same; a name in signs only stays itself."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return (" ".join(re.findall(r"\w+", bare.translate(_LETTERS))) or text.casefold().strip())[:LONGEST_KEY]


def words_in(*texts: str) -> set[str]:
    """The words by which something with these texts is looked up."""
    return {word[:LONGEST_WORD] for text in texts if text for word in plain(text).split()}
