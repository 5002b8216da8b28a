"""PDF: what is not allowed in one, its text, and a picture of a page."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

import pypdfium2
import pypdfium2.raw as raw

from expertise.files.reading.verdict import No, Text, Verdict

PAGES_DRAWN = 5
MOST_PAGES = 5000
WIDTH = 900
_MOST_INFLATED = 64 * 1024 * 1024
_ABOUT = ("Title", "Author", "Subject", "Keywords")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME = re.compile(rb"/[^\s/<>\[\]()%{}]+")
_STREAM = re.compile(rb"\bstream\r?\n(.*?)\bendstream", re.DOTALL)
_FORBIDDEN = {
    b"/JavaScript": "program", b"/JS": "program", b"/Launch": "program", b"/SubmitForm": "program",
    b"/ImportData": "program", b"/XFA": "program", b"/RichMedia": "program", b"/Rendition": "program",
    b"/Movie": "program", b"/Sound": "program", b"/3D": "program", b"/GoToE": "nested", b"/GoToR": "external",
    b"/EmbeddedFile": "nested", b"/EmbeddedFiles": "nested", b"/Filespec": "nested", b"/Encrypt": "encrypted",
}  # fmt: skip


def read(file: BinaryIO) -> Verdict:
    """The verdict on a PDF. Raises No."""
    _judge_bytes(file)
    document = _opened(file)
    verdict = Verdict("pdf")
    try:
        if raw.FPDF_GetSecurityHandlerRevision(document) != -1:
            raise No("encrypted")
        count = len(document)
        if not 0 < count <= MOST_PAGES:
            raise No("damaged" if count <= 0 else "bomb")
        if document.get_formtype() in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
            raise No("program")
        if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
            raise No("program")
        if document.count_attachments() > 0:
            raise No("nested")
        verdict.about = [document.get_metadata_value(one) for one in _ABOUT]
        verdict.pages = min(count, PAGES_DRAWN)
        verdict.text, verdict.partial = _text(document, count)
    finally:
        document.close()
    return verdict


def draw(file: BinaryIO, number: int) -> bytes:
    """A page as a PNG of WIDTH pixels, or lower where the page is very long; numbers begin at 1."""
    document = _opened(file)
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), 2000 / max(height, 1))
    picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    out = BytesIO()
    picture.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _opened(file: BinaryIO) -> Any:
    file.seek(0)
    try:
        return pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as why:
        raise No(
            "encrypted" if "password" in str(why).lower() or "security" in str(why).lower() else "damaged"
        ) from None


def _text(document: Any, count: int) -> tuple[str, bool]:
    text, partial = Text(), False
    for number in range(count):
        try:
            page = document[number]
            words = page.get_textpage()
            text.add(words.get_text_range(errors="replace"))
            text.add("\n\n")
            words.close()
            page.close()
        except pypdfium2.PdfiumError:
            partial = True
    return str(text).replace("\r\n", "\n").replace("\ufffe", ""), partial


def _judge_bytes(file: BinaryIO) -> None:
    """What stands in the file's own syntax, between its streams and in streams of objects."""
    file.seek(0)
    data = file.read()
    end = data.rstrip(b"\r\n\t \x00").endswith(b"%%EOF")
    if not end:
        # Something after the end is another file; no end at all is a file cut off.
        raise No("polyglot" if b"%%EOF" in data[-65536:] else "damaged")
    if b"PK\x05\x06" in data[-66000:] and b"PK\x01\x02" in data:
        raise No("polyglot")
    if re.search(rb"<script|<html|<svg|<\?php|#!/", data[:1024], re.IGNORECASE):
        raise No("polyglot")
    for part in _syntax(data):
        for name in _NAME.findall(part):
            plain = _HEX.sub(lambda found: bytes([int(found[1], 16)]), name)
            if plain in _FORBIDDEN:
                raise No(_FORBIDDEN[plain])


def _syntax(data: bytes) -> Iterator[bytes]:
    inflated, place = 0, 0
    for found in _STREAM.finditer(data):
        before = data[place : found.start()]
        yield before
        place = found.end()
        if re.search(rb"/(?:ObjStm|O#|#)", before[-2000:]):
            content = _inflate(found[1], _MOST_INFLATED - inflated)
            inflated += len(content)
            yield content
    yield data[place:]


def _inflate(packed: bytes, most: int) -> bytes:
    machine = zlib.decompressobj()
    try:
        content = machine.decompress(packed, max(most, 1))
    except zlib.error:
        return packed
    if machine.unconsumed_tail:
        raise No("bomb")
    return content
