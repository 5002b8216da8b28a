"""The document as a Word file: real heading styles, lists and header rows, its language set, numbered pages."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from expertise.handovers.exchange.document import (
    Block,
    Document,
    Facts,
    Heading,
    Items,
    Line,
    Paragraph,
    Picture,
    Run,
    Table,
    spelled,
)

CODES = {"nl": "nl-NL", "en": "en-GB", "fr": "fr-FR"}
DEEPEST = 3  # of the list styles that the template has
# Word repairs a file of which the styles and their copy for older programs differ.
NOT_OURS = ("stylesWithEffects", "thumbnail")
LOOKS = {"plain": "Normal", "meta": "Subtle", "quote": "Quote", "code": "Code"}


def to_docx(document: Document) -> bytes:
    """The bytes of a .docx."""
    return _Writer(document).write()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.file: Any = docx.Document()
        self._clear()
        self._set_up()

    def write(self) -> bytes:
        """All of it, in order."""
        self.file.add_paragraph(self.document.title, style="Title")
        self._line(self.file.add_paragraph(style="Subtle"), (Run(self.document.subtitle),))
        for block in (self.document.facts, *self.document.blocks):
            self._block(block)
        out = BytesIO()
        self.file.save(out)
        return out.getvalue()

    def _clear(self) -> None:
        """Of the library's template goes what would not be true of this file: a second set of styles, and a picture."""
        for related in (self.file.part.rels, self.file.part.package.rels):
            for key in [key for key, one in related.items() if one.reltype.rpartition("/")[2] in NOT_OURS]:
                related.pop(key)

    def _set_up(self) -> None:
        document = self.document
        about = self.file.core_properties
        about.title, about.author, about.last_modified_by = document.title, document.author, ""
        about.language, about.comments, about.keywords = document.language, "", document.content_hash
        about.created = about.modified = datetime.combine(document.made_on, time(), UTC).replace(tzinfo=None)
        self._set_styles()
        section = self.file.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.3)
        head = section.header.paragraphs[0]
        head.text = "\t".join(text for text in (document.organisation, "", document.marking))
        foot = section.footer.paragraphs[0]
        foot.add_run(f"{document.foot}\t\t")
        _field(foot, "PAGE")
        foot.add_run(" / ")
        _field(foot, "NUMPAGES")
        for part in (head, foot):
            for run in part.runs:
                run.font.size = Pt(8)

    def _set_styles(self) -> None:
        styles = self.file.styles
        normal = styles["Normal"]
        normal.font.name, normal.font.size = "Calibri", Pt(10.5)
        defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        _set_language(defaults, self.document.language)
        for name, size, grey in (("Subtle", 9, True), ("Code", 9, False)):
            made = styles.add_style(name, 1)
            made.base_style = normal
            made.font.size = Pt(size)
            if grey:
                made.font.color.rgb = RGBColor(0x4A, 0x54, 0x5C)
            else:
                made.font.name = "Consolas"
        for name in ("Title", *(f"Heading {level}" for level in range(1, 5))):
            styles[name].font.color.rgb = RGBColor(0x18, 0x20, 0x26)

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                made = self.file.add_heading(level=block.level)
                self._line(made, (Run(block.text),), block.language)
            case Paragraph():
                self._line(self.file.add_paragraph(style=LOOKS[block.look]), block.line, block.language)
            case Items():
                self._items(block)
            case Table():
                self._table(block.heads, block.rows, block.language)
            case Picture():
                self._block(Paragraph((Run(block.alt),), "meta"))
            case Facts():
                for told in spelled(block):
                    self._block(told)

    def _items(self, block: Items) -> None:
        number: str | None = None
        for item in block.items:
            kind = "List Bullet" if item.number is None else "List Number"
            depth = min(item.depth, DEEPEST - 1)
            made = self.file.add_paragraph(style=kind if depth == 0 else f"{kind} {depth + 1}")
            if item.number is not None:
                # Each list begins at its own number: the style alone would count on through the whole document.
                if number is None or (item.depth == 0 and item is block.items[0]):
                    number = self._new_numbering(made.style, item.number)
                _use_numbering(made, number if depth == 0 else self._new_numbering(made.style, item.number))
            self._line(made, item.line, block.language)

    def _new_numbering(self, style: Any, start: int) -> str:
        """A counter of its own that looks as the style's."""
        numbering = self.file.part.numbering_part.element
        used = style.element.pPr.numPr.numId.val
        like = next(one for one in numbering.findall(qn("w:num")) if one.get(qn("w:numId")) == str(used))
        made = numbering.add_num(like.abstractNumId.val)
        made.add_lvlOverride(ilvl=0).add_startOverride(start)
        return str(made.numId)

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[Line]], language: str) -> None:
        table = self.file.add_table(rows=1, cols=max(1, len(heads)), style="Table Grid")
        for cell, text in zip(table.rows[0].cells, heads, strict=False):
            self._line(cell.paragraphs[0], (Run(text, bold=True),))
        mark = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(mark)
        for row in rows:
            cells = table.add_row().cells
            for cell, line in zip(cells, row, strict=False):
                self._line(cell.paragraphs[0], line, language)
        for one in table.rows:
            one._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        self.file.add_paragraph()

    def _line(self, paragraph: Any, line: Line, language: str = "") -> None:
        for run in line:
            if run.link:
                self._link(paragraph, run)
                continue
            made = paragraph.add_run(run.text)
            made.bold, made.italic = run.bold or None, run.italic or None
            made.font.strike = run.struck or None
            if run.code:
                made.font.name = "Consolas"
            if language and language != self.document.language:
                _set_language(made._r.get_or_add_rPr(), language)

    def _link(self, paragraph: Any, run: Run) -> None:
        target = paragraph.part.relate_to(run.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), target)
        made = paragraph.add_run(run.text)
        made.font.underline = True
        link.append(deepcopy(made._r))
        paragraph._p.remove(made._r)
        paragraph._p.append(link)


def _set_language(properties: Any, language: str) -> None:
    mark = properties.find(qn("w:lang"))
    if mark is None:
        mark = OxmlElement("w:lang")
        properties.append(mark)
    mark.set(qn("w:val"), CODES.get(language, "en-GB"))


def _use_numbering(paragraph: Any, number: str) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = int(number)


def _field(paragraph: Any, code: str) -> None:
    """A number that the program fills in: of this page, or of all."""
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)
