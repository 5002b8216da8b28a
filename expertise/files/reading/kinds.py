"""What a file is, by its first bytes: never by its name, and never by what the sender says."""

import re

from expertise.files.reading.verdict import No

HEAD = 4096
# https://www.garykessler.net/library/file_sigs.html names these; those of kinds that are taken stand in `kind_of`.
_EXECUTABLE = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"#!", b"\x00asm", b"dex\n", b"L\x00\x00\x00\x01\x14\x02\x00", b"!<arch>\n",
)  # fmt: skip
_ARCHIVE = (
    b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"MSCF", b"\x28\xb5\x2f\xfd",
    b"PK\x05\x06", b"PK\x07\x08", b"LZIP", b"xar!",
)  # fmt: skip
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EICAR = re.compile(rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE", re.IGNORECASE)
# A page or a drawing that would run in a browser. Text may talk about a tag; it may not begin with one.
_MARKUP = re.compile(
    rb"^(?:<!--.*?-->|<\?xml.*?\?>|<!doctype[^>]*>|\s)*<(?:html|head|body|script|svg|iframe|object|embed|math|meta|"
    rb"style|link|img|form|base|applet|xsl:|x:|hta:|package|job|component|\?php|%)",
    re.IGNORECASE | re.DOTALL,
)
_ACTIVE = re.compile(rb"<script|<iframe|<\?php|<svg[\s>]|<html[\s>]|<object\s|<embed\s|<hta:", re.IGNORECASE)


def kind_of(head: bytes) -> str:
    """pdf, zip, png, jpeg, gif, webp or text, from the first HEAD bytes; raises No for all else."""
    for kind, start in (
        ("pdf", b"%PDF-"),
        ("zip", b"PK\x03\x04"),
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("jpeg", b"\xff\xd8\xff"),
    ):
        if head.startswith(start):
            return kind
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    refuse_binary(head)
    return "text"


def refuse_binary(head: bytes) -> None:
    """Raise No with the reason that helps most for what is no kind that is taken."""
    if head.startswith(_OLD_OFFICE):
        # Word and Excel wrap a document with a password in the old form; the names of its parts tell.
        raise No("encrypted" if "EncryptedPackage".encode("utf-16-le") in head else "old_office")
    if head.startswith(_EXECUTABLE):
        raise No("executable")
    if head.startswith(_ARCHIVE) or head[257:262] == b"ustar":
        raise No("archive")
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis"):
        raise No("heic")
    if b"%PDF-" in head:
        raise No("polyglot")
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" in head:
        raise No("unknown")


def refuse_markup(head: bytes) -> None:
    """Raise No for a text that a browser would take for a page."""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    head = head.decode("utf-16", "replace").encode() if wide else head.removeprefix(b"\xef\xbb\xbf")
    if re.match(rb"\s*(?:<!--.*?-->|<\?xml.*?\?>|<!doctype[^>]*>|\s)*<svg", head, re.IGNORECASE | re.DOTALL):
        raise No("svg")
    if _MARKUP.match(head) or re.match(rb"\s*<\?xml|\s*<!doctype|\s*<!entity", head, re.IGNORECASE):
        raise No("html")


def holds_page(data: bytes) -> bool:
    """Whether something that a browser or a server would run is hidden in a picture or before a text."""
    return bool(_ACTIVE.search(data))
