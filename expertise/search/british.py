"""British and American spelling of English words made one, before the stemmer sees them.

What comes of it is shown to nobody. A rule leaves the forms of a word together that were together before: revise stays
with revision, pour with poured. Where British spelling was the shorter way (analyse, as analyses), American follows it.
"""

import re
from collections.abc import Iterator

# Each with what a word holds to which it applies: to look for that first takes a tenth of trying them all.
_RULES = [
    (held, re.compile(pattern), to)
    for held, pattern, to in (
        # organise, organisation; but revise, comprise, raise, exercise by its c alone.
        (
            "is",
            r"(?:(?<=[a-z]{2}[bdfghjklmnpqrstwxyz])|(?<=[a-z]ic))(?<!advert)is(?=(?:e[ds]?|ers?|ed?ly|ing(?:ly)?|able|ation\w*)$)",
            "iz",
        ),
        ("yz", r"yz(?=(?:e[ds]?|ers?|ing|able)$)", "ys"),
        # colour, labour; but four, tour, pour.
        ("our", r"(?<=[a-z]{3})our(?=(?:s|ed|ing|al|able|ably|ful|ers?|less|ly|ites?)?$)", "or"),
        ("re", r"(?:(?<=[a-z]{2}t)|(?<=fib)|(?<=somb))re(?=s?$)", "er"),
        ("ogu", r"(?<=[a-z]{3}og)u(?:e(?=s?$)|(?=ed$|ing$))", ""),
        ("amm", r"(?<=[a-z]{3})amm(?:e(?=s?$)|(?=ers?$))", "am"),
        ("ence", r"^(def|off|pret|lic)ence(?=d?$|s$|less$)", r"\1ense"),
        ("dge", r"(?<=dg)e(?=ment)", ""),
        ("sulph", r"sulph", "sulf"),
        ("scept", r"^scept(?=ic)", "skept"),
        # oedema, foetus; aesthetic, anaemia, paediatric, archaeology.
        ("oe", r"^o(?=e[ds])|(?<=f)o(?=et)", ""),
        ("ae", r"^a(?=es)|(?<=[^aeiou])a(?=e[dmo])", ""),
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
    for held, pattern, to in _RULES:
        if held in word:
            word = pattern.sub(to, word)
    return word
