"""British and American spelling of English words made one, before the stemmer sees them.

What comes of it is shown to nobody. A rule leaves the forms of a word together that were together before: revise stays
with revision, pour with poured. Where British spelling was the shorter way (analyse, as analyses), American follows it.
"""

import re
from collections.abc import Iterator

_RULES = [
    (re.compile(pattern), to)
    for pattern, to in (
        # organise, organisation; but revise, comprise, raise, exercise by its c alone.
        (
            r"(?:(?<=[a-z]{2}[bdfghjklmnpqrstwxyz])|(?<=[a-z]ic))(?<!advert)is(?=(?:e[ds]?|ers?|ed?ly|ing(?:ly)?|able|ation\w*)$)",
            "iz",
        ),
        (r"yz(?=(?:e[ds]?|ers?|ing|able)$)", "ys"),
        # colour, labour; but four, tour, pour.
        (r"(?<=[a-z]{3})our(?=(?:s|ed|ing|al|able|ably|ful|ers?|less|ly|ites?)?$)", "or"),
        (r"(?:(?<=[a-z]{2}t)|(?<=fib)|(?<=somb))re(?=s?$)", "er"),
        (r"(?<=[a-z]{3}og)u(?:e(?=s?$)|(?=ed$|ing$))", ""),
        (r"(?<=[a-z]{3})amm(?:e(?=s?$)|(?=ers?$))", "am"),
        (r"^(def|off|pret|lic)ence(?=d?$|s$|less$)", r"\1ense"),
        (r"(?<=dg)e(?=ment)", ""),
        (r"sulph", "sulf"),
        (r"^scept(?=ic)", "skept"),
        # oedema, aesthetic, anaemia, paediatric, archaeology, foetus.
        (r"^(?:o(?=e[ds])|a(?=es))|(?<=[^aeiou])a(?=e[dmo])|(?<=f)o(?=et)", ""),
    )
]


# How a term may begin in British spelling whose American form begins so: oestrogen, aesthetic, haemorrhage, foetus.
_BRITISH = {"e": ("oe", "ae"), "fe": ("fo",), "sk": ("sc",)}


def british_starts(term: str) -> Iterator[str]:
    """The first two letters that a word of this term may have as the British write it, where they are others."""
    yield from _BRITISH.get(term[:1], ())
    yield from _BRITISH.get(term[:2], ())
    if term[1:2] == "e":
        yield f"{term[0]}a"


def american(word: str) -> str:
    """A lower-case English word as Americans write it, or nearly."""
    for pattern, to in _RULES:
        word = pattern.sub(to, word)
    return word
