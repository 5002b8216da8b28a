"""Words that mean nothing, out of a seed."""

import random

SYLLABLES = (
    "ba",
    "de",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "ze",
    "cho",
    "dra",
    "fle",
    "gru",
    "kla",
)


def words(draw: random.Random, count: int) -> str:
    """Words that look like some, out of a few thousand."""
    return " ".join("".join(draw.choices(SYLLABLES, k=draw.randint(2, 4))) for _ in range(count))
