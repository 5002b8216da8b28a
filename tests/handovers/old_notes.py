"""Ten notes as people really left them: long, in Dutch and English, with all that Word and LibreOffice put into a file."""

# ruff: noqa: E501 (the XML of a sample is easier to read whole)
import io
from collections.abc import Callable
from typing import Any

import docx
import odfdo
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.shared import Inches

from tests.handovers.samples import PIXEL, W, repacked

V = 'xmlns:v="urn:schemas-microsoft-com:vml"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
WP = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
WPS = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
Members = dict[str, bytes]


def _saved(file: Any) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _put(file: Any, xml: str) -> Any:
    """Add a piece of the body as Word writes it."""
    made = parse_xml(xml)
    file.element.body.insert(-1, made)
    return made


def _p(inner: str, style: str = "") -> str:
    looks = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p {W} {R}>{looks}{inner}</w:p>"


def _r(text: str, look: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def _fields(*codes: str, shown: str) -> str:
    """A field with its code cut into runs, as Word leaves it after an edit."""
    cut = "".join(f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>' for code in codes)
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{cut}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{_r(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _named(members: Members, *kinds: str) -> None:
    """Say in the package what parts were added to it, as Word does."""
    types, related = "[Content_Types].xml", "word/_rels/document.xml.rels"
    for kind in kinds:
        members[types] = members[types].replace(b"</Types>", (
            f'<Override PartName="/word/{kind}.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/></Types>'
        ).encode())  # fmt: skip
        members[related] = members[related].replace(b"</Relationships>", (
            f'<Relationship Id="{kind}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{kind}.xml"/></Relationships>'
        ).encode())  # fmt: skip


def long_dutch() -> bytes:
    """Kop 1 to 3, a table of contents, lists three deep, a table of contacts, foot- and endnotes with a link of their own, a
    picture with title and description, and CONCEPT across each page.
    """
    file = docx.Document()
    for name in ("Kop 1", "Kop 2", "Kop 3", "Inhopg 1"):
        file.styles.add_style(name, 1)
    file.add_paragraph("Overdrachtsdossier Plaatsvervangend Chef de Poste", style="Title")
    _put(file, f"<w:sdt {W}><w:sdtPr><w:docPartObj/></w:sdtPr><w:sdtContent>"
         + _p(_fields('TOC \\o "1-3"', shown="Inleiding") + "<w:r><w:tab/></w:r>" + _r("drie"), "Inhopg1")
         + "</w:sdtContent></w:sdt>")  # fmt: skip
    file.add_paragraph("Samenvatting", style="Kop 1")
    file.add_paragraph("Het is onrustig: de regeringswisseling van oktober raakt vrijwel elk dossier.")
    file.add_paragraph("Lopende dossiers", style="Kop 1")
    file.add_paragraph("Visserijakkoord", style="Kop 2")
    file.add_paragraph("Stand van zaken", style="Kop 3")
    for depth, text in enumerate(("Derde onderhandelingsronde", "Quota voor tonijn", "Bijvangst blijft omstreden")):
        file.add_paragraph(text, style="List Number" if not depth else f"List Number {depth + 1}")
    # A dossier of which nothing is said but its name.
    file.add_paragraph("Zeehavens", style="Kop 2")
    file.add_paragraph("Contactpersonen", style="Kop 1")
    table = file.add_table(rows=1, cols=3)
    for cell, text in zip(table.rows[0].cells, ("Naam", "Instelling", "Bijzonderheden"), strict=True):
        cell.text = text
    for row in (("A. Ndiaye", "ministerie van Visserij", "spreekt geen Engels"), ("B. Sow", "havenbedrijf", "")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.rows[1].cells[2].add_paragraph("belt liever dan hij mailt", style="List Bullet")
    noted = file.add_paragraph("Het memorandum", style="Kop 2")
    noted = file.add_paragraph("Het memorandum ligt in de kluis")
    noted._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="5"/></w:r>'))
    noted._p.append(parse_xml(f'<w:r {W}><w:endnoteReference w:id="6"/></w:r>'))
    picture = file.add_paragraph()
    picture.add_run().add_picture(io.BytesIO(PIXEL), width=Inches(1))
    picture._p.xpath(".//wp:docPr")[0].set("descr", "Plattegrond van de haven")
    picture._p.xpath(".//wp:docPr")[0].set("title", "Kaart twee")
    head = file.sections[0].header.paragraphs[0]
    head._p.append(parse_xml(
        f'<w:r {W} {V}><w:pict><v:shape type="#_x0000_t136"><v:textpath string="CONCEPT"/></v:shape></w:pict></w:r>'
    ))  # fmt: skip
    file.sections[0].footer.paragraphs[0].text = "Vertrouwelijk behandelen"

    def add(members: Members) -> None:
        link = f'<w:hyperlink r:id="rId1">{_r("het register")}</w:hyperlink>'
        members["word/footnotes.xml"] = (
            f'<w:footnotes {W} {R}><w:footnote w:id="5"><w:p>{_r("Nummer 2024-117, zie ")}{link}</w:p></w:footnote></w:footnotes>'
        ).encode()
        members["word/endnotes.xml"] = (
            f'<w:endnotes {W}><w:endnote w:id="6"><w:p>{_r("De sleutel heeft de administrateur.")}</w:p></w:endnote></w:endnotes>'
        ).encode()
        _named(members, "footnotes", "endnotes")
        # Its rId1 is another one than that of the text.
        members["word/_rels/footnotes.xml.rels"] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
            f'Type="{RELATIONSHIP_TYPE.HYPERLINK}" Target="https://register.example/117" TargetMode="External"/></Relationships>'
        ).encode()

    return repacked(_saved(file), add)


def form_of_the_office() -> bytes:
    """An English form: content controls around cells and rows, boxes to tick, a list to choose from, merged cells."""
    file = docx.Document()
    file.add_heading("End of assignment report", 0)
    _put(file, f"""<w:tbl {W}><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>
      <w:tr><w:sdt><w:sdtPr/><w:sdtContent><w:tc><w:tcPr/><w:p>{_r("Frame with the purpose of this report")}</w:p></w:tc></w:sdtContent></w:sdt></w:tr>
      <w:sdt><w:sdtPr/><w:sdtContent><w:tr><w:tc><w:tcPr/><w:p>{_r("A second row that a control repeats")}</w:p></w:tc></w:tr></w:sdtContent></w:sdt>
      </w:tbl>""")  # fmt: skip
    drop = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="calm"/>'
        '<w:listEntry w:val="strained"/></w:ddList></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    tick = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData>'
        '</w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    file.add_heading("Key contacts", 1)
    _put(file, _p(_r("Relations with the host are ") + drop + _r(". ") + tick + _r(" Introduced")))
    _put(file, _p(_fields("HYPERLINK &quot;https://exa", "mple.org/list&quot;", shown="List of contacts")
                  + f'<w:fldSimple w:instr="HYPERLINK &quot;mailto:desk@example.org&quot;">{_r("Desk")}</w:fldSimple>'))  # fmt: skip
    table = file.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "Money and contracts"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Grant to the clinic"
    for place, text in ((1, "ends in June"), (2, "no renewal")):
        table.cell(place, 1).text = text
    file.add_heading("Tips", 1)
    file.add_paragraph("Take the ferry, never the bridge.")
    return _saved(file)


def much_corrected() -> bytes:
    """Three people corrected it with changes tracked: a move, a row struck out, a paragraph that is gone, comments."""
    file = docx.Document()
    file.add_heading("Wat ik anders zou doen", 1)
    _put(file, _p(f'<w:moveFrom w:id="1" w:author="A">{_r("Eerder naar het noorden reizen.")}</w:moveFrom>'))
    _put(
        file,
        _p(
            f'{_r("Vaker ")}<w:ins w:id="2" w:author="B">{_r("en langer ")}<w:del w:id="3" w:author="C"><w:r><w:delText>veel </w:delText></w:r></w:del></w:ins>{_r("luisteren.")}'
        ),
    )
    _put(file, _p(f'<w:moveTo w:id="4" w:author="A">{_r("Eerder naar het noorden reizen.")}</w:moveTo>'))
    _put(file, f"""<w:tbl {W}><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>
      <w:tr><w:tc><w:p>{_r("Overleg")}</w:p></w:tc><w:tc><w:p>{_r("Frequentie")}</w:p></w:tc></w:tr>
      <w:tr><w:trPr><w:del w:id="5" w:author="A"/></w:trPr><w:tc><w:p><w:del w:id="6" w:author="A"><w:r><w:delText>Vrijdagborrel</w:delText></w:r></w:del></w:p></w:tc><w:tc><w:p><w:del w:id="7" w:author="A"><w:r><w:delText>maandelijks</w:delText></w:r></w:del></w:p></w:tc></w:tr>
      </w:tbl>""")  # fmt: skip
    said = file.add_paragraph("De ambassadeur leest mee.")
    file.add_comment(runs=said.runs[0], text="Niet meer sinds mei.", author="Noor Habbema", initials="NH")
    file.add_comment(runs=said.runs[0], text="Toch wel.", author="Joris", initials="J")
    return _saved(file)


def boxes_and_drawings() -> bytes:
    """Text in boxes, one within another, each with its copy for older programs; a chart, a diagram and a workbook inside."""
    file = docx.Document()
    file.add_heading("Wie is wie", 1)
    inner = _p(_r("Binnenste kader: de kabinetschef"))
    pict = f"<w:pict {V}><v:shape><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict>"
    outer = _p(_r("Buitenste kader: de minister")) + _p(f"<w:r>{pict}</w:r>")
    drawing = (
        f'<w:drawing {WP} {A} {WPS}><wp:inline><wp:docPr id="7" name="Box"/><a:graphic><a:graphicData><wps:wsp><wps:txbx>'
        f"<w:txbxContent>{outer}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    old = f"<w:pict {V}><v:shape><v:textbox><w:txbxContent>{_p(_r('Buitenste kader: de minister'))}</w:txbxContent></v:textbox></v:shape></w:pict>"
    _put(
        file,
        _p(
            f'{_r("Organogram hierbij.")}<w:r {MC}><mc:AlternateContent><mc:Choice Requires="wps">{drawing}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>'
        ),
    )
    file.add_heading("Budget", 1)
    file.add_paragraph("De grafiek toont de uitgaven.")
    file.add_paragraph("Nog een", style="List Bullet")

    def add(members: Members) -> None:
        members["word/charts/chart1.xml"] = (
            b'<c:chart xmlns:c="urn:c" xmlns:a="urn:a"><a:t>Uitgaven per kwartaal</a:t><c:v>41500</c:v><c:v>38250</c:v></c:chart>'
        )
        members["word/diagrams/data1.xml"] = (
            b'<dgm:dataModel xmlns:dgm="urn:d" xmlns:a="urn:a"><a:t>Secretaris-generaal</a:t><a:t>Directeur Juridische Zaken</a:t></dgm:dataModel>'
        )
        members["word/embeddings/Begroting_2026.xlsx"] = b"PK\x03\x04 not looked into"

    return repacked(_saved(file), add)


def from_the_browser() -> bytes:
    """Saved by Word in a browser, which gives its parts other names."""
    file = docx.Document()
    file.add_heading("Reading list", 1)
    file.add_paragraph("The white paper of 2024")
    file.add_heading("Local staff", 1)
    file.add_paragraph("Amadou has been here for nineteen years.")
    file.sections[0].header.paragraphs[0].text = "Working copy"

    def rename(members: Members) -> None:
        for old, new in (("document", "document2"), ("styles", "styles3"), ("numbering", "numbering4")):
            members[f"word/{new}.xml"] = members.pop(f"word/{old}.xml")
            types = members["[Content_Types].xml"]
            members["[Content_Types].xml"] = types.replace(f"/word/{old}.xml".encode(), f"/word/{new}.xml".encode())
        members["word/_rels/document2.xml.rels"] = (
            members.pop("word/_rels/document.xml.rels")
            .replace(b"styles.xml", b"styles3.xml")
            .replace(b"numbering.xml", b"numbering4.xml")
        )
        members["_rels/.rels"] = members["_rels/.rels"].replace(b"word/document.xml", b"/word/document2.xml")

    return repacked(_saved(file), rename)


def strict() -> bytes:
    """Saved as Strict Open XML, in which every namespace has another name; with a shape that holds text of its own."""
    file = docx.Document()
    file.add_heading("Year calendar", 1)
    file.add_paragraph("March: the budget.")
    _put(file, _p(f'<w:r><w:drawing {WP} {A}><wp:inline><wp:docPr id="9" name="Arrow" descr="Arrow to the right"/><a:graphic><a:graphicData>'
                  "<a:sp><a:txBody><a:p><a:r><a:t>Deadline of the ministry</a:t></a:r></a:p></a:txBody></a:sp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"))  # fmt: skip

    def rename(members: Members) -> None:
        for name, content in members.items():
            if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml":
                for old, new in (
                    (
                        b"http://schemas.openxmlformats.org/wordprocessingml/2006/",
                        b"http://purl.oclc.org/ooxml/wordprocessingml/",
                    ),
                    (b"http://schemas.openxmlformats.org/drawingml/2006/", b"http://purl.oclc.org/ooxml/drawingml/"),
                    (
                        b"http://schemas.openxmlformats.org/officeDocument/2006/",
                        b"http://purl.oclc.org/ooxml/officeDocument/",
                    ),
                ):
                    content = content.replace(old, new)
                members[name] = content

    return repacked(_saved(file), rename)


def only_sums() -> bytes:
    """Formulas, hidden text, a line read aloud, letters of symbol fonts, hyphens and tabs: text in its odd dresses."""
    file = docx.Document()
    file.add_heading("Reporting", 1)
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    _put(file, _p(f"<m:oMath {math}><m:r><m:t>growth</m:t></m:r></m:oMath>" + _r(" is the figure to report. ")
                  + _r("Nobody sees this line in print.", "<w:vanish/>")
                  + '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>' + _r(" self") + "<w:r><w:noBreakHyphen/></w:r>" + _r("evident")))  # fmt: skip
    _put(
        file,
        _p(f"<w:r><w:ruby><w:rubyPr/><w:rt>{_r('read ')}</w:rt><w:rubyBase>{_r('aloud')}</w:rubyBase></w:ruby></w:r>"),
    )
    _put(file, _p(f'<w:smartTag w:element="place">{_r("Dakar")}</w:smartTag><w:r><w:tab/></w:r>{_r("Nouakchott")}'))
    return _saved(file)


def of_libre_office() -> bytes:
    """An .odt with sections, frames within frames, shapes, an index, a chart, hidden heads, and lists that are numbered."""
    file = odfdo.Document("text")
    body = file.body
    body.clear()
    for xml in (
        '<text:table-of-content text:name="I"><text:table-of-content-source><text:index-title-template>weg</text:index-title-template></text:table-of-content-source><text:index-body><text:p>Inhoud: ritme, geld</text:p></text:index-body></text:table-of-content>',
        '<text:section text:name="S"><text:h text:outline-level="1">Vaste overleggen</text:h><text:list><text:list-header><text:p>Wekelijks:</text:p></text:list-header><text:list-item><text:p>Staf op maandag</text:p><text:list><text:list-item><text:p>met de lokale collega’s</text:p></text:list-item></text:list></text:list-item></text:list></text:section>',
        "<text:p>Schema<draw:custom-shape><text:p>Eerste stap</text:p><text:p>Tweede stap</text:p></draw:custom-shape> hiernaast.</text:p>",
        "<text:p>Kader <draw:frame><svg:title>Kaart</svg:title><svg:desc>Alle posten in de regio</svg:desc><draw:text-box><text:p>Buitenom <draw:frame><draw:text-box><text:p>binnenin</text:p></draw:text-box></draw:frame></text:p></draw:text-box></draw:frame></text:p>",
        '<text:h text:outline-level="1">Financiën</text:h>',
        '<table:table table:name="T"><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>Begroting</text:p></table:table-cell><table:covered-table-cell/></table:table-row><table:table-row><table:table-cell><text:list><text:list-item><text:p>Huur</text:p></text:list-item></text:list></table:table-cell><table:table-cell><text:p>12.400 euro</text:p></table:table-cell></table:table-row></table:table>',
        '<text:p>Zie <text:a xlink:href="https://geld.example/a">het stelsel</text:a><text:note text:note-class="endnote"><text:note-citation>i</text:note-citation><text:note-body><text:p>Alleen met kaart.</text:p></text:note-body></text:note>.</text:p>',
        '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>',
    ):
        body.append(odfdo.Element.from_tag(xml))

    def add(members: Members) -> None:
        members["Object 1/content.xml"] = (
            b'<office:document-content xmlns:office="urn:o" xmlns:text="urn:t"><office:body><text:p>Kosten per maand</text:p></office:body></office:document-content>'
        )

    return repacked(_saved(file), add)


def with_front_matter() -> bytes:
    """Markdown of a wiki: front matter, notes, HTML, a list of things to do, and letters of an old Windows."""
    return (
        "---\ntitle: Overdracht\nowner: Femke\n---\n\n# Achtergrond\n\nZie de nota[^1] en <b>let op</b> de datum.\n\n"
        "- [ ] sleutel halen\n- [x] pas inleveren\n    1. bij de balie\n    2. vóór vrijdag\n\n[^1]: Uit 2019, nooit ingetrokken.\n\n"
        "## Café\n\n> Citaat van de gouverneur\n\n![kaart](kaart.png)\n\n***\n\nSlot zonder kop\n"
    ).encode("cp1252")


def typed_by_hand() -> bytes:
    """No style at all: headings in capitals and in bold, lists with a hyphen typed, spaces for columns."""
    file = docx.Document()
    for text in ("OVERDRACHT HANDELSAFDELING", "", "Team"):
        file.add_paragraph().add_run(text).bold = True
    file.add_paragraph("- Fatou: vergunningen\n- Ibrahim: beurzen\n\n  (vanaf 1 mei)")
    file.add_paragraph().add_run("Leeslijst").bold = True
    file.add_paragraph("1) Landenstrategie     2023\n2) Handelsbrief        2025")
    file.add_paragraph("Afspraken").runs[0].bold = True
    file.add_paragraph("* geen ster, \\ geen streep, | geen kolom, <geen> code & geen entiteit; 100% #1")
    return _saved(file)


OLD_NOTES: dict[str, Callable[[], bytes]] = {
    "Overdracht CdP.docx": long_dutch,
    "EoA report.docx": form_of_the_office,
    "gecorrigeerd.docx": much_corrected,
    "kaders.docx": boxes_and_drawings,
    "browser.docx": from_the_browser,
    "strict.docx": strict,
    "odd.docx": only_sums,
    "libre.odt": of_libre_office,
    "wiki.md": with_front_matter,
    "getypt.docx": typed_by_hand,
}
