"""Good files of every kind that is taken, made as people's programs make them; a word in each to find it by."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache

import docx
import openpyxl
import pptx
from fpdf import FPDF
from odfdo import Document, Element, Paragraph, Table
from openpyxl.chart import BarChart, Reference
from PIL import Image, ImageDraw, PngImagePlugin
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

WORDS = ("wapenbeheersing", "tegenmaatregel", "exportvergunning", "verificatieregime", "gedragscode", "toetsingskader")


@dataclass(frozen=True)
class Good:
    """A file, and a word that finds it ("" where it has no text, then its name does)."""

    name: str
    content: bytes
    kind: str
    word: str


def a_docx(word: str, extra: str = "") -> bytes:
    """A Word document with a heading, a table, a header and a note about itself."""
    made = docx.Document()
    made.add_heading("Verslag van het overleg", 1)
    made.add_paragraph(f"Besproken is het {word} van de delegatie. {extra}")
    table = made.add_table(rows=2, cols=2)
    table.cell(1, 1).text = "volgende week"
    made.sections[0].header.paragraphs[0].text = "PV Genève"
    made.core_properties.author = "Femke Wolderink"
    return _saved(made.save)


def a_docx_with_picture(word: str) -> bytes:
    """One with a picture in it."""
    made = docx.Document()
    made.add_paragraph(f"Foto bij het {word}")
    made.add_picture(io.BytesIO(a_picture("PNG")), width=docx.shared.Inches(1))
    return _saved(made.save)


def an_xlsx(word: str, rows: int = 3) -> bytes:
    """A workbook with text, numbers, formulas and a chart."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["onderwerp", "aantal"])
    for number in range(rows):
        sheet.append([f"{word} {number}", number])
    sheet["D1"] = "=SUM(B2:B4)"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=rows + 1))
    sheet.add_chart(chart, "F2")
    return _saved(book.save)


def a_pptx(word: str, *, chart: bool = False) -> bytes:
    """Slides with notes; with a chart, which has a workbook in it."""
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = f"Stand van het {word}"
    slide.notes_slide.notes_text_frame.text = "hier even wachten"
    if chart:
        data = CategoryChartData()
        data.categories = ["2024", "2025"]
        data.add_series("zaken", (3, 5))
        slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(4), Inches(3), data)
    return _saved(deck.save)


def an_odf(kind: str, word: str) -> bytes:
    """A document of LibreOffice."""
    made = Document({"odt": "text", "ods": "spreadsheet", "odp": "presentation"}[kind])
    if kind == "ods":
        table = Table("Blad", width=2, height=2)
        table.set_value((0, 0), f"het {word}")
        made.body.append(table)
    elif kind == "odt":
        made.body.append(Paragraph(f"Over het {word}"))
    else:
        page = Element.from_tag("draw:page")
        page.append(Paragraph(f"Over het {word}"))
        made.body.append(page)
    return _saved(made.save)


def a_pdf(*pages: str, title: str = "Memo", compress: bool = True) -> bytes:
    """A PDF with a page for each text."""
    made = FPDF()
    made.set_compression(compress)
    made.set_title(title)
    made.set_font("Helvetica", size=12)
    for text in pages:
        made.add_page()
        made.multi_cell(0, 8, text)
    return bytes(made.output())


def a_picture(form: str, size: tuple[int, int] = (320, 200), **saved: object) -> bytes:
    """A picture with a drawing on it."""
    image = Image.new("RGB", size, "#e3edf7")
    ImageDraw.Draw(image).ellipse((20, 20, size[0] - 20, size[1] - 20), outline="#12467c", width=6)
    out = io.BytesIO()
    image.save(out, form, **saved)
    return out.getvalue()


def a_gif_that_moves() -> bytes:
    """A GIF of three pictures."""
    frames = [Image.new("P", (60, 60), number) for number in (1, 2, 3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=200)
    return out.getvalue()


def a_csv(word: str, delimiter: str = ",") -> bytes:
    """A table, with negative numbers."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter=delimiter)
    rows.writerows([["onderwerp", "verschil"], [f"het {word}", "-5"], ["vergoeding", "+12,5"]])
    return out.getvalue().encode()


def a_mail(word: str, *, html: bool = False, attached: tuple[str, bytes] | None = None) -> bytes:
    """A message, with an HTML twin or an attachment."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "femke@ministry.example", "daan@ministry.example"
    mail["Subject"], mail["Date"] = f"Over het {word}", "Mon, 23 Nov 2026 09:14:00 +0100"
    mail.set_content(f"Beste Daan,\n\nhet {word} staat donderdag op de agenda.\n")
    if html:
        mail.add_alternative(f"<html><body><p>het <b>{word}</b></p><script>x()</script></body></html>", subtype="html")
    if attached:
        name, content = attached
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def repacked(content: bytes, method: int) -> bytes:
    """The same document, packed anew: stored or deflated."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", method) as new:
        for one in old.infolist():
            new.writestr(one.filename, old.read(one))
    return out.getvalue()


@cache
def all_good() -> tuple[Good, ...]:
    """At least sixty; made once, as it takes a second."""
    return tuple(_all_good())


def _all_good() -> Iterator[Good]:
    for number, word in enumerate(WORDS):
        yield Good(f"verslag {number}.docx", a_docx(word), "docx", word)
        yield Good(f"lijst-{number}.xlsx", an_xlsx(word), "xlsx", word)
        yield Good(f"Presentatie {number}.PPTX", a_pptx(word), "pptx", word)
        yield Good(f"memo {number}.pdf", a_pdf(f"Memo over het {word}", "tweede pagina"), "pdf", word)
        yield Good(f"note {number}.txt", f"Overleg over het {word} in Genève.".encode(), "txt", word)
        yield Good(f"mail {number}.eml", a_mail(word), "eml", word)
        for kind in ("odt", "ods", "odp"):
            yield Good(f"stuk-{number}.{kind}", an_odf(kind, word), kind, word)
    yield from _pictures()
    yield from _odd_ones(WORDS[0])


def _pictures() -> Iterator[Good]:
    yield Good("kaart.png", a_picture("PNG"), "png", "")
    yield Good("foto.jpg", a_picture("JPEG"), "jpeg", "")
    yield Good("foto met wijze.JPEG", a_picture("JPEG", progressive=True, quality=60), "jpeg", "")
    yield Good("schets.webp", a_picture("WEBP"), "webp", "")
    yield Good("beweegt.gif", a_gif_that_moves(), "gif", "")
    yield Good("stil.gif", a_picture("GIF"), "gif", "")
    yield Good("verkeerde naam.png", a_picture("JPEG"), "jpeg", "")
    note = PngImagePlugin.PngInfo()
    note.add_text("Description", "gemaakt tijdens het toetsingskader")
    yield Good("met bijschrift.png", a_picture("PNG", pnginfo=note), "png", "")


def _odd_ones(word: str) -> Iterator[Good]:
    yield Good("met foto.docx", a_docx_with_picture(word), "docx", word)
    yield Good("met grafiek.pptx", a_pptx(word, chart=True), "pptx", word)
    yield Good("groot.xlsx", an_xlsx(word, rows=5000), "xlsx", word)
    yield Good("opgeslagen.docx", repacked(a_docx(word), zipfile.ZIP_STORED), "docx", word)
    yield Good("geen eind", a_pdf(f"het {word}"), "pdf", word)
    yield Good("los.pdf", a_pdf(f"het {word}", compress=False), "pdf", word)
    yield Good("lang.pdf", a_pdf(*[f"pagina {number} het {word}" for number in range(60)]), "pdf", word)
    yield Good("windows.txt", f"Café: het {word}\r\n".encode("cp1252"), "txt", word)
    yield Good("breed.txt", f"het {word}".encode("utf-16"), "txt", word)
    yield Good("merk.txt", f"\ufeffhet {word}".encode(), "txt", word)
    yield Good("notitie.md", f"# Over het {word}\n\n- *een*\n- <b>twee</b>\n".encode(), "md", word)
    yield Good("tabel.csv", a_csv(word), "csv", word)
    yield Good("tabel.tsv", a_csv(word, "\t"), "csv", word)
    yield Good("puntkomma.csv", a_csv(word, ";"), "csv", word)
    yield Good("met html.eml", a_mail(word, html=True), "eml", word)
    yield Good("met bijlage.eml", a_mail("overleg", attached=("memo.pdf", a_pdf(f"het {word}"))), "eml", word)
    yield Good("over code.txt", f"In de {word} staat: gebruik nooit eval(1 < 2).".encode(), "txt", word)
