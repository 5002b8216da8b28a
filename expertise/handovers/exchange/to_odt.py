"""The document as an OpenDocument text: real headings, lists, header rows, language, numbered pages.

The library makes the file; its parts are given as XML of ours, in which every text is escaped.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from odfdo import Document as File
from odfdo import Element

from expertise.handovers.exchange.document import (
    Block,
    Document,
    Facts,
    Heading,
    Item,
    Items,
    Line,
    Paragraph,
    Picture,
    Run,
    Table,
    spelled,
)

COUNTRIES = {"nl": "NL", "en": "GB", "fr": "FR"}
LOOKS = {"plain": "Note", "meta": "NoteMeta", "quote": "NoteQuote", "code": "NoteCode"}
PARAGRAPHS = {
    "Note": ("Standard", '<style:paragraph-properties fo:margin-bottom="0.2cm"/>', "10.5pt"),
    "NoteMeta": ("Note", "", "9pt"),
    "NoteQuote": ("Note", '<style:paragraph-properties fo:margin-left="1cm" fo:margin-bottom="0.2cm"/>', "10.5pt"),
    "NoteCode": ("Note", "", "9pt"),
    "NoteSmall": ("Standard", "", "8pt"),
    "NoteTitle": ("Heading", '<style:paragraph-properties fo:margin-bottom="0.2cm"/>', "20pt"),
}
SPANS = {
    "b": 'fo:font-weight="bold"',
    "i": 'fo:font-style="italic"',
    "s": 'style:text-line-through-style="solid"',
    "c": 'style:font-name="DejaVu Sans Mono" fo:font-size="9pt"',
}
NOT_OURS = ("Configurations2/", "Thumbnails/")
_SPACES = re.compile(r" {2,}")
_BULLETS = "•◦▪"


def to_odt(document: Document) -> bytes:
    """The bytes of an .odt."""
    return _Writer(document).write()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.file = File("text")
        self.used: set[tuple[str, str]] = set()  # letters of the look, language
        self.tables = 0

    def write(self) -> bytes:
        """All of it, in order."""
        document = self.document
        self._describe()
        body = self.file.body
        body.clear()
        body.append(_element(f'<text:p text:style-name="NoteTitle">{escape(document.title)}</text:p>'))
        body.append(_element(self._paragraph((Run(document.subtitle),), "NoteMeta")))
        for block in (document.facts, *document.blocks):
            for xml in self._block(block):
                body.append(_element(xml))
        self._add_styles()
        self._add_head_and_foot()
        self._clear()
        out = BytesIO()
        self.file.save(out)
        return out.getvalue()

    def _clear(self) -> None:
        """Of the library's template goes what is not of this file: the picture of another, and empty folders."""
        package: Any = self.file.container
        for name in [one for one in package.parts if one.startswith(NOT_OURS)]:
            package.del_part(name)
        manifest: Any = self.file.manifest
        for name in [one for one in manifest.get_paths() if one.startswith(NOT_OURS)]:
            manifest.del_full_path(name)

    def _describe(self) -> None:
        meta: Any = self.file.meta
        moment = datetime.combine(self.document.made_on, time(), UTC).replace(tzinfo=None)
        meta.set_title(self.document.title)
        meta.set_language(f"{self.document.language}-{COUNTRIES[self.document.language]}")
        meta.set_creator(self.document.author)
        meta.set_creation_date(moment)
        meta.set_modification_date(moment)
        if self.document.content_hash:
            meta.set_keywords(self.document.content_hash)
        for style in self.file.styles.get_elements("//style:default-style/style:text-properties"):
            style.set_attribute("fo:language", self.document.language)
            style.set_attribute("fo:country", COUNTRIES[self.document.language])

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading():
                words = self._line((Run(block.text),), block.language)
                yield (
                    f'<text:h text:style-name="Heading_20_{block.level}" text:outline-level="{block.level}">'
                    f"{words}</text:h>"
                )
            case Paragraph():
                yield self._paragraph(block.line, LOOKS[block.look], block.language)
            case Items():
                yield self._list(block.items, block.language)
            case Table():
                yield self._table(block.heads, block.rows, block.language)
            case Picture():
                yield from self._block(Paragraph((Run(block.alt),), "meta"))
            case Facts():
                for told in spelled(block):
                    yield from self._block(told)

    def _paragraph(self, line: Line, style: str, language: str = "") -> str:
        return f'<text:p text:style-name="{style}">{self._line(line, language)}</text:p>'

    def _list(self, items: Sequence[Item], language: str) -> str:
        """Items of one depth after one another; deeper ones stand in a list within the item before them."""
        depth = items[0].depth
        style = "NoteBullets" if items[0].number is None else "NoteNumbers"
        out: list[str] = []
        place = 0
        while place < len(items):
            inner = place + 1
            while inner < len(items) and items[inner].depth > depth:
                inner += 1
            nested = self._list(items[place + 1 : inner], language) if inner > place + 1 else ""
            start = f' text:start-value="{items[0].number}"' if place == 0 and items[0].number not in (None, 1) else ""
            own = self._paragraph(items[place].line, "Note", language)
            out.append(f"<text:list-item{start}>{own}{nested}</text:list-item>")
            place = inner
        return f'<text:list text:style-name="{style}">{"".join(out)}</text:list>'

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[Line]], language: str) -> str:
        self.tables += 1
        columns = max(1, len(heads))
        top = self._row([(Run(head, bold=True),) for head in heads], columns, "")
        body = "".join(self._row(row, columns, language) for row in rows)
        return (
            f'<table:table table:name="Table{self.tables}" table:style-name="NoteTable">'
            f'<table:table-column table:number-columns-repeated="{columns}"/>'
            f"<table:table-header-rows>{top}</table:table-header-rows>{body}</table:table>"
        )

    def _row(self, cells: Sequence[Line], columns: int, language: str) -> str:
        filled = [*cells, *[()] * (columns - len(cells))][:columns]
        inside = "".join(
            f'<table:table-cell table:style-name="NoteCell" office:value-type="string">'
            f"{self._paragraph(cell, 'Note', language)}</table:table-cell>"
            for cell in filled
        )
        return f"<table:table-row>{inside}</table:table-row>"

    def _line(self, line: Line, language: str = "") -> str:
        return "".join(self._run(run, language) for run in line)

    def _run(self, run: Run, language: str) -> str:
        text = _text(run.text)
        letters = "".join(
            letter for letter, on in (("b", run.bold), ("i", run.italic), ("s", run.struck), ("c", run.code)) if on
        )
        spoken = language if language not in ("", self.document.language) else ""
        if letters or spoken:
            self.used.add((letters, spoken))
            text = f'<text:span text:style-name="Run_{letters}_{spoken}">{text}</text:span>'
        if run.link:
            return f'<text:a xlink:type="simple" xlink:href={quoteattr(run.link)}>{text}</text:a>'
        return text

    def _add_styles(self) -> None:
        add = self.file.insert_style
        for name, (parent, paragraph, size) in PARAGRAPHS.items():
            add(
                _element(
                    f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="{parent}">'
                    f'{paragraph}<style:text-properties fo:font-size="{size}"/></style:style>'
                )
            )
        for letters, spoken in sorted(self.used):
            looks = " ".join(SPANS[letter] for letter in letters)
            tongue = f'fo:language="{spoken}" fo:country="{COUNTRIES[spoken]}"' if spoken else ""
            add(
                _element(
                    f'<style:style style:name="Run_{letters}_{spoken}" style:family="text">'
                    f"<style:text-properties {looks} {tongue}/></style:style>"
                ),
                automatic=True,
            )
        add(
            _element(
                '<style:style style:name="NoteCell" style:family="table-cell"><style:table-cell-properties'
                ' fo:padding="0.1cm" fo:border="0.5pt solid #7b858d"/></style:style>'
            ),
            automatic=True,
        )
        add(
            _element(
                '<style:style style:name="NoteTable" style:family="table"><style:table-properties'
                ' fo:margin-bottom="0.3cm" table:align="margins"/></style:style>'
            ),
            automatic=True,
        )
        add(_element(_list_style("NoteBullets", numbered=False)), automatic=True)
        add(_element(_list_style("NoteNumbers", numbered=True)), automatic=True)

    def _add_head_and_foot(self) -> None:
        document = self.document
        master: Any = self.file.styles.get_element("//style:master-page[@style:name='Standard']")
        marking = f" · {escape(document.marking)}" if document.marking else ""
        master.append(
            _element(
                f'<style:header><text:p text:style-name="NoteSmall">{escape(document.organisation)}{marking}'
                "</text:p></style:header>"
            )
        )
        master.append(
            _element(
                f'<style:footer><text:p text:style-name="NoteSmall">{escape(document.foot)} · '
                "<text:page-number>1</text:page-number> / <text:page-count>1</text:page-count></text:p></style:footer>"
            )
        )


def _element(xml: str) -> Any:
    return Element.from_tag(xml)


def _text(text: str) -> str:
    """Escaped, with what a line of OpenDocument cannot hold as it is."""
    escaped = escape(text).replace("\t", "<text:tab/>").replace("\n", "<text:line-break/>")
    return _SPACES.sub(lambda found: f' <text:s text:c="{len(found[0]) - 1}"/>', escaped)


def _list_style(name: str, *, numbered: bool) -> str:
    levels = []
    for level in range(1, 11):
        indent = f"{0.6 * level:.1f}cm"
        place = (
            '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
            f'<style:list-level-label-alignment text:label-followed-by="listtab" fo:text-indent="-0.6cm"'
            f' fo:margin-left="{indent}"/></style:list-level-properties>'
        )
        if numbered:
            levels.append(
                f'<text:list-level-style-number text:level="{level}" style:num-suffix="." style:num-format="1">'
                f"{place}</text:list-level-style-number>"
            )
        else:
            sign = _BULLETS[(level - 1) % 3]
            levels.append(
                f'<text:list-level-style-bullet text:level="{level}" text:bullet-char="{sign}">'
                f"{place}</text:list-level-style-bullet>"
            )
    return f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>'
