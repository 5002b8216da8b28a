"""Names that people give to files: cleaned of what is no name, shown as given for the rest."""

import re
import unicodedata

from expertise.files.models import LONGEST_NAME
from expertise.files.words import KINDS, PICTURES

# What turns the direction of writing or is not to be seen can make "exe.pdf" of "fdp.exe"; a joiner makes real letters.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def clean(given: str) -> str:
    """A name without folders, control characters and tricks, of at most LONGEST_NAME characters; never empty."""
    name = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode())
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(one for one in name if unicodedata.category(one) not in _UNSEEN or one in _JOINERS)
    name = _FORBIDDEN.sub("_", re.sub(r"\s+", " ", name)).strip(" .")
    name = _RESERVED.sub(lambda found: f"_{found[0]}", name)
    if not name or not re.search(r"\w", name):
        return "file"
    stem, suffix = split(name)
    return stem[: LONGEST_NAME - len(suffix)].rstrip(" .") + suffix


def split(name: str) -> tuple[str, str]:
    """Stem and ending, of which nobody uses one longer than nine letters."""
    found = re.fullmatch(r"(.+)(\.\w{1,9})", name)
    return (found[1], found[2]) if found else (name, "")


def named_kind(name: str) -> str | None:
    """The kind that a name's ending says, if it is one that is taken."""
    suffix = split(name)[1].lower()
    return next((kind for kind, one in KINDS.items() if suffix in one.suffixes), None)


def fitting(name: str, kind: str) -> str | None:
    """The name with an ending that fits the content; None where its own says something else."""
    if named_kind(name) == kind:
        return name
    suffix = KINDS[kind].suffixes[0]
    if not split(name)[1] or (kind in PICTURES and named_kind(name) in PICTURES):
        return name[: LONGEST_NAME - len(suffix)] + suffix
    return None
