"""Which part of a file belongs to which part of the note: by its headings, and by tables that are forms. No database.

A target is "7" (the text of a section), "10:tips" (a field of it), "2:<dossier>" or "2:<dossier>:<field>"; empty where
nothing is known. A part goes where its heading says, with all that stands below that heading.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from expertise.base.markdown import to_text

# Words by which people head the parts of their own notes, Dutch and English, folded: no accents, no capitals.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "0": ("algemeen", "algemene gegevens", "gegevens", "kopgegevens", "header", "general", "general information",
          "basisgegevens", "functiegegevens", "position details"),
    "1": ("stand in een regel", "de stand in een regel", "samenvatting", "managementsamenvatting", "kern", "summary",
          "executive summary", "in het kort", "in short", "week 1", "eerste week", "first week",
          "the state in one line",
          "prioriteiten", "priorities", "urgent", "eerste acties", "what to do first", "actuele stand van zaken",
          "actualiteit", "actualiteiten", "stand van zaken", "state of play", "current situation"),
    "2": ("dossiers", "lopende dossiers", "belangrijkste dossiers", "files", "main files", "portfolio", "portefeuille",
          "onderwerpen", "lopende zaken", "current files", "issues", "main issues", "thema s", "themes", "topics"),
    "3": ("toezeggingen", "open toezeggingen", "open commitments", "commitments", "actiepunten", "openstaande acties",
          "openstaande actiepunten", "acties", "actions", "action points", "open actions", "afspraken",
          "pending actions",
          "openstaande punten", "to do", "lopende acties"),
    "4": ("relaties", "contacten", "contactpersonen", "belangrijkste contacten", "netwerk", "contacts", "key contacts",
          "relations", "network", "externe contacten", "stakeholders", "counterparts", "wie is wie", "who is who"),
    "5": ("ritme", "vaste overleggen", "overleggen", "overlegstructuur", "terugkerende overleggen", "vergaderingen",
          "rhythm", "meetings", "recurring meetings", "agenda", "jaarkalender", "kalender", "calendar", "planning",
          "terugkerende taken", "routine", "vaste momenten", "reporting", "rapportages"),
    "6": ("mensen in huis", "mensen", "collega s", "team", "het team", "people inside", "people", "colleagues", "staff",
          "interne contacten", "personeel", "lokale medewerkers", "local staff", "organisatie", "intern"),
    "7": ("waar alles staat", "waar staat wat", "archief", "documenten", "systemen", "where things are", "archive",
          "files and systems", "systems", "documents", "digitale omgeving", "shared drive", "schijf", "mappen",
          "documentbeheer", "ict", "toegang", "inloggegevens", "logins"),
    "8": ("leeslijst", "leesvoer", "achtergrond", "achtergronddocumenten", "reading list", "reading", "background",
          "background reading", "literatuur", "te lezen", "nuttige links", "useful links", "bronnen", "links"),
    "9": ("geld contracten bezittingen", "geld", "financien", "budget", "budgetten", "contracten", "subsidies",
          "money contracts assets", "money", "finance", "finances", "contracts", "grants", "assets", "middelen",
          "financieel", "inventaris"),
    "10": ("advies", "adviezen", "aanbevelingen", "advice", "recommendations", "aandachtspunten",
           "points of attention"),
    "10:tips": ("tips", "tips and tricks", "praktische tips", "settling in", "praktisch", "praktische zaken",
                "praktische informatie", "practical", "practical matters", "practical information", "woonachtig"),
    "10:differently": ("wat ik anders zou doen", "what i would do differently", "zou ik anders doen", "achteraf"),
    "11": ("wat ik niet weet", "open vragen", "onzekerheden", "what i do not know", "what i don t know",
           "open questions", "unknowns", "vragen", "onduidelijkheden"),
    "12": ("lessen", "geleerde lessen", "lessons", "lessons learned", "lessons identified", "evaluatie", "reflectie"),
    "12:achievements": ("resultaten", "behaalde resultaten", "wat werkte", "achievements", "results", "what worked"),
    "12:obstacles": ("obstakels", "belemmeringen", "wat in de weg stond", "obstacles", "what stood in the way"),
    "12:to_headquarters": ("aanbevelingen aan het departement", "aanbevelingen aan den haag",
                           "recommendations to headquarters", "advies aan den haag"),
    "12:to_domain": ("aanbevelingen voor het domein", "recommendations to the domain"),
}  # fmt: skip
# The same for what a part about one dossier says.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "difficulties": (
        "knelpunten",
        "moeilijkheden",
        "risico s",
        "risicos",
        "difficulties",
        "risks",
        "problemen",
        "issues",
    ),
    "partners": ("partners", "betrokkenen", "spelers", "actoren", "actors", "stakeholders", "wie"),
    "budget": ("budget", "geld", "financien", "money", "funding"),
    "contingency": ("als dit gebeurt dan", "als dan", "scenario s", "scenarios", "if this happens then", "contingency"),
    "opposition": ("tegenstanders", "wie was tegen", "wie was tegen en waarom", "opposition", "who was against"),
    "tried_failed": ("geprobeerd en mislukt", "wat niet werkte", "tried and failed", "what failed", "geprobeerd"),
}
_NUMBER = re.compile(r"^\s*(?:(?:\d+(?:\.\d+)*|[ivxIVX]+|[a-zA-Z])[.):]|\d+(?:\.\d+)*(?=\s)|[§•–—-])\s*")
TRAY = frozenset({"comment", "struck", "head", "foot", "drawing"})
LOOKS_LIKE_HEADING = 9
# A heading of at least so many letters with which the title of a dossier begins is taken for that dossier.
TELLING = 8


@dataclass
class Part:
    """A part of the file: under which heading, its Markdown, where it stood, and where it seems to belong."""

    title: str
    text: str = ""
    source: str = "body"
    target: str = ""
    blocks: list[str] = field(default_factory=list)


def _plain(title: str) -> str:
    """The words of a heading."""
    # Read as a heading: "3. Other" by itself would be a list.
    return to_text(f"# {title}").strip()


def folded(text: str) -> str:
    """A heading as it is compared: without number, accents, capitals and signs."""
    plain = _NUMBER.sub("", _plain(text))
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.findall(r"[a-z0-9]+", letters))


_BY_WORD = {folded(word): target for target, words in SECTIONS.items() for word in words}
_FIELD_BY_WORD = {folded(word): name for name, words in FIELDS.items() for word in words}


def section_for(title: str, names: Mapping[str, str]) -> str:
    """The target that a heading names; `names` are the sections as this installation calls them, folded."""
    words = folded(title)
    if not words:
        return ""
    found = names.get(words) or _BY_WORD.get(words)
    if found:
        return found
    if len(words.split()) > 6:
        return ""
    # "Overzicht van lopende dossiers" and "Contacts in Geneva": the longest known words within it.
    inside = [word for word in _BY_WORD if len(word) > 4 and re.search(rf"\b{re.escape(word)}\b", words)]
    return _BY_WORD[max(inside, key=len)] if inside else ""


def sort(blocks: Iterable[Mapping[str, Any]], *, dossiers: Mapping[str, str], names: Mapping[str, str]) -> list[Part]:
    """The parts of a file in order. `dossiers` are folded titles with their ids."""
    known = [dict(one) for one in blocks]
    real = any(0 < level < LOOKS_LIKE_HEADING for level in _levels(known))
    sorter = _Sorter(dossiers, names, real)
    _find_title(known, names)
    for block in known:
        sorter.take(block)
    return sorter.done()


def _levels(blocks: Iterable[Mapping[str, Any]]) -> list[int]:
    return [one["level"] for one in blocks if one["kind"] == "heading" and one["source"] not in TRAY]


def _find_title(blocks: list[dict[str, Any]], names: Mapping[str, str]) -> None:
    """A first heading above all others that names no section is the title of the whole, in whatever style."""
    levels = [one for one in _levels(blocks) if 0 < one < LOOKS_LIKE_HEADING]
    if len(levels) < 2 or levels.count(levels[0]) > 1 or levels[0] > min(levels):
        return
    first = next(one for one in blocks if one["kind"] == "heading" and one["level"] == levels[0])
    if not section_for(first["text"], names):
        first["level"] = 0


class _Sorter:
    def __init__(self, dossiers: Mapping[str, str], names: Mapping[str, str], real: bool) -> None:
        self.dossiers = dossiers
        self.names = names
        self.real = real  # whether the file has true headings
        self.parts: list[Part] = []
        self.apart: list[Part] = []
        self.section: tuple[int, str] | None = None  # level of the heading that chose it, target
        self.dossier: tuple[int, str] | None = None
        self.stranger: int | None = None  # level of the heading of a dossier that the seat does not keep
        self.chapter: int | None = None  # level of a heading outside any section that names none

    def take(self, block: Mapping[str, Any]) -> None:
        """One block."""
        if block["source"] in TRAY:
            text = _table(block["rows"]) if block["kind"] == "table" else block["text"]
            self.apart.append(Part("", text, block["source"]))
        elif block["kind"] == "heading":
            self._heading(block["text"], block["level"])
        elif block["kind"] == "table":
            self._rows(block["rows"])
        else:
            self._add(block["text"])

    def done(self) -> list[Part]:
        """All parts: those in order, then what stood apart."""
        for part in self.parts:
            part.text = "\n\n".join(part.blocks)
        kept = [part for part in self.parts if part.text or part.title]
        return [*kept, *self.apart]

    def _add(self, text: str) -> None:
        if not self.parts:
            self.parts.append(Part(""))
        self.parts[-1].blocks.append(text)

    def _heading(self, title: str, level: int) -> None:
        target = self._target(title, level)
        if level == LOOKS_LIKE_HEADING and self.real and not target:
            # Beside true headings a line in bold is only a line in bold.
            self._add(f"**{title}**")
            return
        rank = 1 if level == LOOKS_LIKE_HEADING and not self.real else level
        if self.section and rank > self.section[0] and not target:
            if self._inside(title, rank):
                return
            self._add(f"{'#' * min(6, 2 + rank - self.section[0])} {title}")
            return
        if not target and self.chapter is not None and rank > self.chapter:
            # What stands below a chapter that nobody knows stays one part with it.
            self._add(f"{'#' * min(6, 2 + rank - self.chapter)} {title}")
            return
        if self.section and (rank <= self.section[0]):
            name = "" if self.real or target or not self.dossier else _FIELD_BY_WORD.get(folded(title), "")
            if name and self.dossier:
                # Where every heading is a line in bold, what is said of a dossier stands on one level with its name.
                self.parts.append(Part(_plain(title), target=f"{self.dossier[1]}:{name}"))
                return
            self.section = self.dossier = self.stranger = None
        self.chapter = rank if self.real and level and not target else None
        if target:
            if self.section is None or rank <= self.section[0]:
                self.section = (rank, target)
            self.dossier, self.stranger = ((rank, target) if target.startswith("2:") else None), None
        self.parts.append(Part(_plain(title), target=target))

    def _inside(self, title: str, rank: int) -> bool:
        """Within section 2: each heading begins a part of its own, and a known one a field of the dossier."""
        assert self.section
        if not self.section[1].startswith("2"):
            return False
        name = _FIELD_BY_WORD.get(folded(title), "")
        if self.dossier and rank > self.dossier[0]:
            if not name:
                return False
            self.parts.append(Part(_plain(title), target=f"{self.dossier[1]}:{name}"))
            return True
        if self.stranger is not None and rank > self.stranger:
            # What is said of it stays under its name.
            return False
        self.dossier, self.stranger = None, rank
        self.parts.append(Part(_plain(title), target="2"))
        return True

    def _target(self, title: str, level: int) -> str:
        dossier = self._dossier(folded(title))
        if dossier:
            return f"2:{dossier}"
        if level == 0:
            return ""
        if self.section and level > self.section[0] and level != LOOKS_LIKE_HEADING:
            # What stands below a heading belongs to it, also where its words are those of another section.
            return ""
        if level == LOOKS_LIKE_HEADING and self.real:
            return self.names.get(folded(title)) or _BY_WORD.get(folded(title), "")
        return section_for(title, self.names)

    def _dossier(self, words: str) -> str:
        """The dossier that is called so, or the only one whose title begins so, or with which these words begin."""
        if words in self.dossiers or words in self.names or words in _BY_WORD:
            return self.dossiers.get(words, "")
        near = [
            identity
            for title, identity in self.dossiers.items()
            if f"{words} ".startswith(f"{title} ") or (len(words) >= TELLING and title.startswith(f"{words} "))
        ]
        return near[0] if len(near) == 1 else ""

    def _form_of_dossier(self, rows: list[list[str]]) -> bool:
        """A form of two columns that names a dossier: what it says of a field is a part of its own, the rest is one."""
        found = next((one for row in rows if (one := self.dossiers.get(folded(row[1])))), "")
        if not found:
            return False
        fields = {place: name for place, row in enumerate(rows) if (name := _FIELD_BY_WORD.get(folded(row[0]), ""))}
        named = next(row[1] for row in rows if self.dossiers.get(folded(row[1])) == found)
        rest = [row for place, row in enumerate(rows) if place not in fields]
        self.parts.append(Part(_plain(named), target=f"2:{found}", blocks=[_table(rest)]))
        for place, name in fields.items():
            self.parts.append(Part(_plain(rows[place][0]), target=f"2:{found}:{name}", blocks=[rows[place][1]]))
        self.parts.append(Part(""))
        return True

    def _rows(self, rows: list[list[str]]) -> None:
        """A table; one of two columns whose first names sections is a form, and each row a part of its own."""
        if len(rows) > 1 and all(len(row) == 2 for row in rows):
            if self._form_of_dossier(rows):
                return
            targets = [section_for(row[0], self.names) for row in rows]
            if sum(bool(one) for one in targets) * 2 >= len(rows) and self.section is None:
                for (title, text), target in zip(rows, targets, strict=True):
                    self.parts.append(Part(_plain(title), target=target, blocks=[text] if text else []))
                self.parts.append(Part(""))
                return
        self._add(_table(rows))


def _table(rows: list[list[str]]) -> str:
    """As Markdown. A cell holds one line there: paragraphs parted by a stroke, items by a semicolon."""
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join(_cells(row, width)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _cells(row: list[str], width: int) -> Iterator[str]:
    for cell in [*row, *[""] * (width - len(row))]:
        yield re.sub(r"(?<!\\)\|", r"\\|", _in_one_line(cell))


def _in_one_line(cell: str) -> str:
    """The lines of a cell behind one another: an item loses its dash, and keeps its number."""
    told, after_item = "", False
    for line in filter(None, re.split(r"\\?\s*\n\s*", cell)):
        item = re.match(r"- |\d+\. ", line)
        words = line.removeprefix("- ")
        parted = "; " if item and after_item else " " if told.endswith(":") else " / "
        told += (parted if told else "") + words
        after_item = item is not None
    return told
