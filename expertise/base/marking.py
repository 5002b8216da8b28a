"""State-secret marks: is a text marked above the ceiling, Departementaal Vertrouwelijk?

What is marked Stg. Confidentieel or higher, or its like in NATO, the EU and other services, is kept nowhere in this
product: forms, imports and, as the last lock, the database connection itself ask `find_mark` (`refusal` says it). NATO
RESTRICTED, RESTREINT UE and Diffusion restreinte are the like of Departementaal Vertrouwelijk and stay within it.

A mark is told from a word by how it stands there. "NATO SECRET" is one in any case; "top secret" in a sentence is
not, TOP SECRET in capitals is, and so is "Top secret" on a line of its own or behind "Classification:".
"""

import codecs
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.base.errors import Refused

# Letters of other alphabets that look like ours.
_LOOKALIKES = {
    ord(like): letter
    for letter, likes in {
        "A": "АΑᎪꓮᴀ",
        "B": "ВΒꓐ",
        "C": "СϹᏟⲤꓚᴄ",
        "D": "ꓓᎠᴅ",
        "E": "ЕΕᎬꓰᴇ",
        "F": "Ϝꓝ",
        "G": "ԌꓖᏀɢ",
        "H": "НΗꓧʜ",
        "I": "ІΙӀꓲɪ",
        "J": "Ј",
        "K": "КΚ",
        "L": "ʟ",
        "M": "МΜᎷꓟᴍ",
        "N": "Νꓠɴ",
        "O": "ОΟⲞꓳᴏ",
        "P": "РΡᏢꓑ",
        "R": "Ꭱꓣʀ",
        "S": "ЅᏚꓢ",
        "T": "ТΤᎢꓔᴛ",
        "U": "Սꓴᴜ",
        "V": "Ѵꓦ",
        "X": "ХΧ",
        "Y": "ҮΥ",
        "Z": "ΖᏃꓜ",
        "a": "аα",
        "c": "сϲⲥ",
        "d": "ԁ",
        "e": "еε",
        "g": "ɡց",
        "h": "һ",
        "i": "іιı",
        "j": "ј",
        "k": "κк",
        "l": "ӏ",
        "m": "м",
        "n": "ո",
        "o": "оοօ",
        "p": "рρ",
        "s": "ѕ",
        "t": "τт",
        "u": "ս",
        "v": "ν",
        "x": "хχ",
        "y": "у",
    }.items()
    for like in likes
}
# Soft hyphens, joiners, direction marks and the like are not seen; dashes and bullets part words.
_PARTING = frozenset({"Pd", "Zs", "Zl", "Zp", "Cc", "Po", "Sm"})
_TAG = re.compile(r"<!?/?[a-zA-Z!-][^<>]{0,200}>")
_BROKEN_WORD = re.compile(r"(?<=[A-Za-z])-[ \t]*\r?\n[ \t>]*(?=[A-Za-z])")
_EMPHASIS = b"*_`~\\\x00"
# Letters with a space, a dot or a dash between them: at least five.
_SPACED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z](?:[ \t.,/|+=-]{1,4}(?:\r?\n)?[A-Za-z](?![A-Za-z0-9])){4,}")
_GAPS = b" \t.,/|+=-\r\n"

# Every mark has one of these in it, once gaps are closed: a whole word, or the start of what may be one.
_WORDS = ("secret", "geheim", "confidential", "confidentieel", "confidentiel", "vertraulich", "atomal", "cts")
_STARTS = (
    "stg",
    "staatsgeh",
    "s//",
    "ts//",
    "(ns)",
    "(nc)",
    "(ts)",
    "(zg)",
    "(stg)",
    "eu-",
    "ue-",
    "eu/",
    "-ue",
    "-eu",
)
_LABELLED = tuple(label + level for label in (": ", ":", "= ", "=") for level in ("ns", "nc", "ts", "zg"))
_CLOSED = ("secret", "geheim", "confidentie", "confidential", "atomal", "stgc", "stgg", "stgzg")
_BEFORE, _AFTER = 40, 40

_GAP = r"[\s.,:;/|()\[\]+-]{0,4}"
_LEVEL = (
    rf"(?:top{_GAP}secret|tres{_GAP}secret|zeer{_GAP}geheim|streng{_GAP}geheim|secret|geheim|confidential"
    r"|confidentieel|confidentiel|vertraulich)"
)
_SERVICE = r"(?:nato|navo|otan|weu|ueo|eurocorps?|europol|occar|esa|eu|ue)"
_START, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_LABEL = (
    r"(?:rubricering|gerubriceerd(?: als)?|rubricatie|classificatie|classification|classified(?: as)?|classe"
    r"|security marking|marking|merking|markering|einstufung|niveau)"
)


def _pattern(text: str, *, any_case: bool = True) -> re.Pattern[str]:
    return re.compile(_START + text + _END, re.I | re.M if any_case else re.M)


# In whatever case they stand: nothing else is written like this.
_ALWAYS = (
    _pattern(rf"(?:stg|staatsgeh|staatsgeheim){_GAP}(?:zeer{_GAP}geheim|geheim|confidentieel|conf|zgeh|geh)"),
    _pattern(r"stg[./-]{1,2}(?:zg|z\.g|g|c)(?![.\w-])"),
    _pattern(r"stg[. /-]{1,3}(?-i:ZG|Z\.G|G|C)(?!\.?\w)"),
    _pattern(rf"cosmic{_GAP}(?:top|tres|zeer){_GAP}(?:secret|geheim)"),
    _pattern(r"atomal"),
    _pattern(rf"(?:tres{_GAP})?(?:secret|confidentiel){_GAP}(?:ue|otan|ueo){_GAP}(?:eu|nato|weu){_GAP}{_LEVEL}"),
    _pattern(rf"tres{_GAP}secret{_GAP}(?:ue|otan|eu)"),
    _pattern(r"(?:ts|s|c)[- ]ue ?/ ?eu[- ](?:ts|s|c)"),
    _pattern(r"eu ?/ ?ue[- ](?:ts|s|c)(?![-\w])"),
    _pattern(r"(?:top ?secret|secret|confidential|ts|s|c) ?// ?[a-z]{2}[a-z/, -]*"),
    _pattern(rf"(?:uk|us){_GAP}top{_GAP}secret"),
    _pattern(rf"vs{_GAP}(?:vertraulich|geheim)"),
    _pattern(rf"{_LABEL}\s?[:=]\s*(?:staatsgeheim|nato|eu|{_LEVEL}|cts|(?-i:NS|NC|TS|ZG|STG)(?![-\w]))"),
)
# A service and a level: a mark unless a sentence goes on with it in small letters ("a Nato secret meeting").
_IN_SENTENCE = (
    _pattern(rf"{_SERVICE}{_GAP}{_LEVEL}"),
    _pattern(rf"{_LEVEL}{_GAP}(?:nato|otan|ue|eu|weu|ueo)"),
)
# Words of every day, which are marks in capitals.
_IN_CAPITALS = (
    _pattern(r"STAATSGEHEIM", any_case=False),
    _pattern(rf"(?:ZEER|STRENG){_GAP}GEHEIM", any_case=False),
    _pattern(rf"(?:TOP|TRES){_GAP}SECRET", any_case=False),
    _pattern(rf"(?:TRES{_GAP})?(?:SECRET|CONFIDENTIEL){_GAP}DEFENSE", any_case=False),
    _pattern(rf"SECRET{_GAP}(?:UK|US|NOFORN|NL)", any_case=False),
    _pattern(r"CTS(?:-[AB])?(?= ?(?:BOHEMIA|/|\)))", any_case=False),
    _pattern(r"(?:TS|S|C)[-](?:UE|EU)|(?:EU|UE)[-](?:TS|S|C)(?![-\w.])", any_case=False),
)
# The same on a line of their own, in brackets or not; and the marks of a paragraph.
_OPEN, _CLOSE = r"^[ \t>#\[({\"'=-]*", r"[ \t\])}\"'.:!=-]*$"
_ALONE = (
    re.compile(
        _OPEN + rf"((?:top|tres){_GAP}secret|(?:zeer|streng){_GAP}geheim|staatsgeheim|cts)" + _CLOSE, re.I | re.M
    ),
    re.compile(_OPEN + r"(SECRET|GEHEIM)" + _CLOSE, re.M),
    re.compile(r"^[ \t>#.\d-]*(\((?:CTS|NS|NC|TS|STG|ZG)\))", re.M),
)


def find_mark(text: str) -> str | None:
    """The mark that stands in the text, as it was read; None where there is none above the ceiling."""
    if len(text) < 4:
        return None
    plain = _folded(text)
    return _search(plain) or _search_letterspaced(plain)


def refusal(mark: str, field: str | None = None) -> Refused:
    """What is said where a mark was found: what it is, where it belongs, and what can be done instead."""
    return Refused(
        _(
            "This carries the mark “%(mark)s”, so it does not belong here and nothing was stored: up to "
            "Departementaal Vertrouwelijk is kept here. Put it into the system for such documents, take it out "
            "of this text, and make a pointer on the dossier if colleagues must know that it exists.",
            mark=mark,
        ),
        field,
    )


def refuse_marks(_connection: Any, _cursor: Any, statement: str, parameters: Any, context: Any, _many: bool) -> None:
    """The last lock, on the connection: no value with a mark goes to the database, whoever wrote the statement."""
    if not statement.lstrip()[:7].upper().startswith(_WRITING) or getattr(context, "marks_refused", False):
        return
    # A statement of many rows comes by once per batch with all rows: they are read once.
    context.marks_refused = True
    rows = (context.compiled_parameters if context.compiled else None) or parameters or ()
    for row in rows if isinstance(rows, list | tuple) else [rows]:
        named = row.items() if isinstance(row, dict) else ((None, value) for value in _values(row))
        for name, value in named:
            if mark := find_mark_in([value]):
                raise refusal(mark, name)


_WRITING = ("INSERT", "UPDATE", "REPLACE", "MERGE", "WITH")


def _values(row: Any) -> Iterable[Any]:
    return row if isinstance(row, list | tuple) else [row]


def find_mark_in(values: Iterable[Any]) -> str | None:
    """The first mark in any of these values: texts, or lists and mappings of texts."""
    for value in values:
        if isinstance(value, str):
            found = find_mark(value)
        elif isinstance(value, dict):
            found = find_mark_in([*value.keys(), *value.values()])
        elif isinstance(value, list | tuple | set | frozenset):
            found = find_mark_in(value)
        else:
            continue
        if found:
            return found
    return None


def _folded(text: str) -> str:
    """The text as an eye reads it: our letters, nothing unseen, words whole, no emphasis. Case stays; all is ASCII."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    # The encoder passes over our own letters as fast as memory does and asks `_look` for the others.
    plain = text.encode("ascii", _LOOK).translate(None, _EMPHASIS).decode("ascii")
    if "<" in plain:
        plain = _TAG.sub("", plain)
    if any(broken in plain for broken in ("-\n", "-\r", "- \n")):
        plain = _BROKEN_WORD.sub("", plain)
    return plain


def _look(error: UnicodeError) -> tuple[str, int]:
    """For the encoder: what a run of foreign letters looks like."""
    assert isinstance(error, UnicodeEncodeError)
    return _letters(error.object[error.start : error.end]), error.end


_LOOK = "expertise.marking.look"
codecs.register_error(_LOOK, _look)


@lru_cache(maxsize=8192)
def _letters(run: str) -> str:
    apart = unicodedata.normalize("NFKD", run).translate(_LOOKALIKES)
    return "".join(filter(None, (_letter(one) for one in apart)))


def _letter(one: str) -> str:
    if one.isascii():
        return one
    kind = unicodedata.category(one)
    if kind in ("Mn", "Me", "Cf", "Lm"):
        return ""
    if kind == "Pd":
        return "-"
    return " " if kind in _PARTING else "?"


def _search_letterspaced(plain: str) -> str | None:
    """In what stands l e t t e r s p a c e d, closed up."""
    small = plain.lower()
    closed = small.encode().translate(None, _GAPS).decode()
    if all(word not in closed or closed.count(word) == small.count(word) for word in _CLOSED):
        return None
    for spaced in _SPACED.finditer(plain):
        word = spaced[0].encode().translate(None, _GAPS).decode()
        if found := _judge(word, 0, len(word)):
            return found
    return None


def _search(plain: str) -> str | None:
    """Around each word that a mark can be made of."""
    for start, end in _places(plain.lower()):
        # Whole words, so that half of one is never taken for a mark.
        low, high = max(0, start - _BEFORE), min(len(plain), end + _AFTER)
        while low and not plain[low - 1].isspace() and start - low < 2 * _BEFORE:
            low -= 1
        while high < len(plain) and not plain[high].isspace() and high - end < 2 * _AFTER:
            high += 1
        found = _judge(plain, low, high)
        if found:
            return " ".join(found.split())[:60]
    return None


def _places(small: str) -> Iterator[tuple[int, int]]:
    """Where a mark may be: str.find passes over a megabyte in less time than one regular expression starts in."""
    for word in _WORDS:
        at = small.find(word)
        while at >= 0:
            end = at + len(word)
            # "secretary" and "geheime" are words of another kind.
            if not small[end : end + 1].isalnum():
                yield at, end
            at = small.find(word, end)
    for start in (*_STARTS, *_LABELLED):
        at = small.find(start)
        while at >= 0:
            if not (start[0].isalpha() and at and small[at - 1].isalnum()):
                yield at, at + len(start)
            at = small.find(start, at + len(start))


def _judge(plain: str, low: int, high: int) -> str | None:
    for pattern in (*_ALWAYS, *_IN_CAPITALS):
        found = pattern.search(plain, low, high)
        if found:
            return found[0]
    for pattern in _IN_SENTENCE:
        for found in pattern.finditer(plain, low, high):
            if not _runs_on(plain, found):
                return found[0]
    for pattern in _ALONE:
        found = pattern.search(plain, low, high)
        # At the edge of the part that is searched a line seems to end that does not.
        if found and _whole_line(plain, found):
            return found[1]
    return None


def _runs_on(plain: str, found: re.Match[str]) -> bool:
    """Whether the words are part of a sentence: the level in small letters, and a word in small letters behind it."""
    if found[0].isupper():
        return False
    behind = plain[found.end() : found.end() + 3]
    return re.match(r"[ \t\n'’-][\n ]?[a-z]", behind) is not None or not _one_line(found[0])


def _one_line(text: str) -> bool:
    """Whether no sentence ends inside: "... of NATO. Secret talks ..." is not a mark."""
    return re.search(r"[.;:,)(]\s", text) is None


def _whole_line(plain: str, found: re.Match[str]) -> bool:
    before, behind = plain[: found.start()][-1:], plain[found.end() : found.end() + 1]
    paragraph = found[0].endswith(")") and found[1].startswith("(")
    return before in ("", "\n", "\r") and (paragraph or behind in ("", "\n", "\r"))
