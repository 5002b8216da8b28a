"""Files as people have them: handovers written in Word, LibreOffice and Markdown, and some that nobody should open."""

# ruff: noqa: E501 (the XML of a sample is easier to read whole)
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import odfdo
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Inches

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
# A picture of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same package with its members changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return out.getvalue()


def plain_word() -> bytes:
    """Headings as Word makes them, numbered by hand, with lists within lists and a table."""
    file = docx.Document()
    file.add_heading("Overdrachtsnotitie Genève", 0)
    file.add_paragraph("Opgesteld in november.")
    file.add_heading("1. Leeslijst", 1)
    file.add_paragraph("Het verdrag zelf", style="List Bullet")
    file.add_paragraph("Artikel 36 eerst", style="List Bullet 2")
    file.add_paragraph("Het jaarverslag", style="List Bullet")
    file.add_heading("2. Vaste overleggen", 1)
    table = file.add_table(rows=2, cols=3)
    for cell, text in zip(
        (*table.rows[0].cells, *table.rows[1].cells),
        ("Wat", "Wanneer", "Met wie", "Coördinatie", "donderdag | 08:30", "EU-delegatie"),
        strict=True,
    ):
        cell.text = text
    file.add_heading("3. Diversen", 1)
    file.add_paragraph("De koffie op de derde verdieping is beter.")
    return _saved(file)


def dutch_styles() -> bytes:
    """Styles of its own making that are called Kop 1 and Kop 2."""
    file = docx.Document()
    for name in ("Kop 1", "Kop 2"):
        file.styles.add_style(name, 1)
    file.add_paragraph("Advies", style="Kop 1")
    file.add_paragraph("Bel eerst de voorzitter, en schrijf daarna.")
    file.add_paragraph("Over de delegatie", style="Kop 2")
    file.add_paragraph("Zij antwoorden nooit op vrijdag.")
    file.add_paragraph("Praktische tips", style="Kop 1")
    file.add_paragraph("Fiets naar het Palais.")
    return _saved(file)


def bold_headings() -> bytes:
    """No style at all: lines in bold stand for headings."""
    file = docx.Document()
    for title, text in (
        ("Geld", "De bijdrage aan de NGO loopt af in maart."),
        ("Wat ik niet weet", "Of de voorzitter aanblijft."),
        ("Losse eindjes", "De sleutel van kast vier ligt bij de receptie."),
    ):
        file.add_paragraph().add_run(title).bold = True
        file.add_paragraph(text)
    return _saved(file)


def form_table() -> bytes:
    """A form: a table of two columns in which the first names the part."""
    file = docx.Document()
    table = file.add_table(rows=0, cols=2)
    for title, text in (
        ("Archief", "Alles staat in de gedeelde map Ontwapening."),
        ("Team", "Noor kent iedereen."),
        ("Bijzonderheden", "Het kantoor verhuist in mei."),
    ):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = title, text
    return _saved(file)


def tracked_changes() -> bytes:
    """Somebody wrote in it with changes tracked: an insertion and a deletion."""
    file = docx.Document()
    file.add_heading("Leeslijst", 1)
    paragraph = file.add_paragraph("Lees ")
    paragraph._p.append(parse_xml(f'<w:ins {W} w:id="1" w:author="A"><w:r><w:t>vooral </w:t></w:r></w:ins>'))
    paragraph._p.append(
        parse_xml(f'<w:del {W} w:id="2" w:author="A"><w:r><w:delText>nooit de bijlage </w:delText></w:r></w:del>')
    )
    paragraph.add_run("het slotdocument.")
    return _saved(file)


def with_footnotes() -> bytes:
    """A footnote, a comment, a head of the page, a picture with words, a text box and a link."""
    file = docx.Document()
    file.sections[0].header.paragraphs[0].text = "Conceptversie van Femke"
    file.add_heading("Waar staat wat", 1)
    paragraph = file.add_paragraph("De lijst staat op de schijf")
    paragraph._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))
    paragraph.add_run(".")
    picture = file.add_paragraph()
    picture.add_run().add_picture(io.BytesIO(PIXEL), width=Inches(1))
    picture._p.xpath(".//wp:docPr")[0].set("descr", "Plattegrond van de verdieping")
    file.add_comment(runs=paragraph.runs[0], text="Klopt dit nog?", author="Noor", initials="N")
    box = (
        f'<w:p {W} xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:shape><v:textbox><w:txbxContent>'
        "<w:p><w:r><w:t>Kader: bel de beheerder</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    file.element.body.insert(-1, parse_xml(box))
    link = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"),
        file.part.relate_to(
            "https://archief.example/map", docx.opc.constants.RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        ),
    )
    link.append(parse_xml(f"<w:r {W}><w:t>de map</w:t></w:r>"))
    file.add_paragraph("Zie ")._p.append(link)

    def add(members: dict[str, bytes]) -> None:
        members["word/footnotes.xml"] = (
            f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>Sinds de verhuizing van 2025.</w:t></w:r></w:p>'
            f'</w:footnote><w:footnote w:id="3"><w:p><w:r><w:t>Een noot waar niets naar wijst.</w:t></w:r></w:p></w:footnote></w:footnotes>'
        ).encode()

    return repacked(_saved(file), add)


def english_dossiers() -> bytes:
    """Dossiers with a heading each, as the seat keeps them, and one that it does not keep."""
    file = docx.Document()
    file.add_heading("Main files", 1)
    file.add_heading("Autonomous weapons", 2)
    file.add_paragraph("The text is stuck on article 3.")
    file.add_heading("Risks", 3)
    file.add_paragraph("The chair may leave in spring.")
    file.add_heading("Small arms", 2)
    file.add_paragraph("Closed last year, may come back.")
    file.add_heading("Contacts", 1)
    file.add_paragraph("Ilse Marquandt answers within the hour.")
    return _saved(file)


def open_document() -> bytes:
    """LibreOffice: headings, a nested list, a table, a note, a comment and what was struck out."""
    file = odfdo.Document("text")
    body = file.body
    body.clear()
    one = odfdo.Element.from_tag
    for xml in (
        "<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>A</dc:creator>"
        "</office:change-info><text:p>geschrapte zin over de kelder</text:p></text:deletion></text:changed-region></text:tracked-changes>",
        '<text:h text:outline-level="1">5. Jaarkalender</text:h>',
        "<text:list><text:list-item><text:p>Januari: begroting</text:p><text:list><text:list-item><text:p>eerst de cijfers</text:p>"
        "</text:list-item></text:list></text:list-item><text:list-item><text:p>Juni: zitting</text:p></text:list-item></text:list>",
        '<text:h text:outline-level="1">Collega’s</text:h>',
        '<text:p>Noor<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        '<text:p>Tot en met juli parttime.</text:p></text:note-body></text:note> weet<text:s text:c="2"/>alles.</text:p>',
        "<text:p>Vraag<office:annotation><dc:creator>Joris</dc:creator><text:p>Wie precies?</text:p></office:annotation> rond.</text:p>",
        '<table:table table:name="T"><table:table-row><table:table-cell><text:p>Kamer</text:p></table:table-cell>'
        "<table:table-cell><text:p>Wie</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell>"
        "<text:p>4.12</text:p></table:table-cell><table:table-cell><text:p>Daan</text:p></table:table-cell></table:table-row></table:table>",
        '<text:h text:outline-level="1">Overig</text:h>',
        '<text:p>Foto: <draw:frame><svg:title>Teamfoto</svg:title><draw:image xlink:href="Pictures/1.png"/></draw:frame></text:p>',
    ):
        body.append(one(xml))
    return _saved(file)


def markdown() -> bytes:
    """Markdown, with a heading under a line and a code block that only looks like one."""
    return (
        b"Inleiding zonder kop.\n\nAdvies\n======\n\nBegin *vroeg*.\n\n```\n# geen kop\n```\n\n"
        b"## Binnen advies\n\n- een\n    - twee\n\n# Onbekend hoofdstuk\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[ref]: https://example.org/\n"
    )


def long_cells() -> bytes:
    """A table with paragraphs, a merged cell and a table inside a cell; bold within words; signs of Markdown."""
    file = docx.Document()
    file.add_heading("Reading list", 1)
    table = file.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Over the whole width"
    cell = table.cell(1, 0)
    cell.text = "First paragraph"
    cell.add_paragraph("Second paragraph")
    for style, item in (("List Bullet", "call first"), ("List Bullet", "then write"), ("List Number", "never both")):
        cell.add_paragraph(item, style)
    inner = table.cell(1, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "inner left", "inner right"
    paragraph = file.add_paragraph("Not a *star* nor a [link](x) nor <b>tag</b>, ")
    paragraph.add_run("half").bold = True
    paragraph.add_run("word.")
    file.add_paragraph("# no heading")
    file.add_paragraph("1. no list")
    return _saved(file)


GOOD: dict[str, Callable[[], bytes]] = {
    "plain.docx": plain_word,
    "kop.docx": dutch_styles,
    "bold.docx": bold_headings,
    "form.docx": form_table,
    "tracked.docx": tracked_changes,
    "notes.docx": with_footnotes,
    "dossiers.docx": english_dossiers,
    "cells.docx": long_cells,
    "libre.odt": open_document,
    "note.md": markdown,
}


def _with_macro(members: dict[str, bytes]) -> None:
    members["word/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 not really"


def _with_renamed_macro(members: dict[str, bytes]) -> None:
    # The relation says what it is, whatever it is called.
    members["word/picture.bin"] = b"\xd0\xcf\x11\xe0 not really"
    kind = b'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="picture.bin"'
    members["word/_rels/document.xml.rels"] = members["word/_rels/document.xml.rels"].replace(
        b"</Relationships>", b'<Relationship Id="rId99" ' + kind + b"/></Relationships>"
    )


def _with_entity(members: dict[str, bytes]) -> None:
    text = members["word/document.xml"].decode()
    text = re.sub(
        r"<\?xml[^>]*\?>", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', text
    )
    members["word/document.xml"] = text.replace("</w:body>", "<w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body>").encode()


def _with_bomb(members: dict[str, bytes]) -> None:
    members["word/media/big.bin"] = b"\0" * (40 * 1024 * 1024)


def _deep(members: dict[str, bytes]) -> None:
    depth = 30_000
    members["word/document.xml"] = (
        f"<w:document {W}><w:body>" + "<w:sdt>" * depth + "</w:sdt>" * depth + "</w:body></w:document>"
    ).encode()


def _with_mark(members: dict[str, bytes]) -> None:
    # In a head of a page that nobody looks at twice, and cut into runs.
    mark = "<w:p><w:r><w:t>NATO SEC</w:t></w:r><w:r><w:t>RET</w:t></w:r></w:p>"
    members["word/header1.xml"] = f"<w:hdr {W}>{mark}</w:hdr>".encode()


def _encrypted_odt(members: dict[str, bytes]) -> None:
    members["META-INF/manifest.xml"] = b"<manifest><encryption-data/></manifest>"


def _macro_odt(members: dict[str, bytes]) -> None:
    members["Basic/Standard/Module1.xml"] = b"<x/>"


def hostile() -> dict[str, tuple[bytes, str]]:
    """Name -> content, and what is said of it."""
    good = plain_word()
    return {
        "macro.docx": (repacked(good, _with_macro), "macros"),
        "renamed.docx": (repacked(good, _with_renamed_macro), "macros"),
        "template.docm": (good, "macros"),
        "entity.docx": (repacked(good, _with_entity), "outside of itself"),
        "marked.docx": (repacked(good, _with_mark), "NATO SECRET"),
        "bomb.docx": (repacked(good, _with_bomb), "unpack to far more"),
        "deep.docx": (repacked(good, _deep), "unpack to far more"),
        "half.docx": (good[: len(good) // 2], "damaged"),
        "locked.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        "old.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old form"),
        "old.doc": (b"\xd0\xcf\x11\xe0", "ends in .docx"),
        "locked.odt": (repacked(open_document(), _encrypted_odt), "password"),
        "macro.odt": (repacked(open_document(), _macro_odt), "macros"),
        "other.odt": (good, "something else"),
        "program.md": (b"MZ\x00\x01\x02", "no Word file"),
        "empty.docx": (b"", "empty"),
        "nothing.docx": (_saved(docx.Document()), "no text"),
    }
