"""The kinds of files in words, and why one is refused, in the reader's language."""

from typing import Any, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _


class Kind(NamedTuple):
    """A kind of file that is taken."""

    name: Any
    media_type: str
    suffixes: tuple[str, ...]  # the first is the one that a file without gets


KINDS = {
    "pdf": Kind(_("PDF"), "application/pdf", (".pdf",)),
    "docx": Kind(_("Word"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)),
    "xlsx": Kind(_("Excel"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
    "pptx": Kind(
        _("PowerPoint"), "application/vnd.openxmlformats-officedocument.presentationml.presentation", (".pptx",)
    ),
    "odt": Kind(_("LibreOffice text"), "application/vnd.oasis.opendocument.text", (".odt",)),
    "ods": Kind(_("LibreOffice table"), "application/vnd.oasis.opendocument.spreadsheet", (".ods",)),
    "odp": Kind(_("LibreOffice slides"), "application/vnd.oasis.opendocument.presentation", (".odp",)),
    "txt": Kind(_("text"), "text/plain; charset=utf-8", (".txt", ".text", ".log")),
    "md": Kind(_("text with marks (Markdown)"), "text/markdown; charset=utf-8", (".md", ".markdown")),
    "csv": Kind(_("table (CSV)"), "text/csv; charset=utf-8", (".csv", ".tsv")),
    "eml": Kind(_("e-mail"), "message/rfc822", (".eml",)),
    "png": Kind(_("picture (PNG)"), "image/png", (".png",)),
    "jpeg": Kind(_("photograph (JPEG)"), "image/jpeg", (".jpg", ".jpeg", ".jfif")),
    "webp": Kind(_("picture (WebP)"), "image/webp", (".webp",)),
    "gif": Kind(_("picture (GIF)"), "image/gif", (".gif",)),
}
PICTURES = ("png", "jpeg", "webp", "gif")
DRAWN = ("pdf", *PICTURES)
ACCEPTED = ",".join(suffix for kind in KINDS.values() for suffix in kind.suffixes)

REASONS: dict[str, Any] = {
    "none": _("Choose a file first."),
    "empty": _("This file is empty. Perhaps it was still being written when you chose it."),
    "too_large": _("This file is larger than %(most)s MB. Make the pictures in it smaller, or split it."),
    "quota": _("With this file there would be more than %(most)s MB here. First remove one that nobody needs."),
    "no_room": _("The disk of this installation is full, so that no file can be kept now. Tell your administrator."),
    "unknown": _("This kind of file is not taken. Save it as PDF, or in a form of Office or LibreOffice."),
    "name": _("The name says something else than what is in it. If you trust the file, let it end in %(ending)s."),
    "html": _("This is a web page, which could run something. Save it as PDF."),
    "svg": _("This is a drawing that could run something (SVG). Save it as PNG or PDF."),
    "heic": _("This photograph is in Apple's own form (HEIC), which not everybody can open. Save it as JPEG."),
    "old_office": _("This document is in an old form (.doc, .xls, .ppt, .msg). Save it as .docx, .xlsx, .pptx or PDF."),
    "macro": _("There are macros in this document: programs that run when it is opened. Save it without macros."),
    "encrypted": _("This file has a password or is encrypted, so that nobody could search it. Save it without."),
    "polyglot": _("There is a second file hidden in this one. Save the document anew, and add that."),
    "bomb": _("This file would unpack to far more than a document holds. Split it, or save it anew."),
    "zip_tricks": _("This file is packed in a way in which no program packs a document. Save the document anew."),
    "archive": _("This is an archive. Unpack it and add the files one by one."),
    "nested": _("There is another file in this one. Add that file by itself."),
    "embedded": _("There is an object of another program in this document. Take it out, or save the document as PDF."),
    "external": _("This document fetches something from elsewhere when it is opened. Save it as PDF."),
    "entities": _("This document refers to files outside of itself. Save the document anew."),
    "damaged": _("This file is damaged or cut off. Try to open it; if that works, save it anew."),
    "virus": _("A virus scanner's signature is in this file. Do not open it; tell your administrator."),
    "executable": _("This is a program. Programs are not kept here."),
    "program": _("There is something in this file that would start a program or a script. Save it without that."),
    "mail": _("This is no complete e-mail. Save the message from your mail program as .eml."),
    "failed": _("This file could not be read within the limits of memory and time. Save it anew, or split it."),
    "marked": _("This carries the mark of a state secret (%(mark)s) and may not stand here. Nothing of it was kept."),
}  # fmt: skip


def reason(code: str, **values: Any) -> str:
    """Why a file is refused, in the reader's language."""
    text = REASONS[code]
    missing = {"most": "", "ending": "", "mark": gettext("in the document")}
    return str(text) % (missing | values) if "%(" in str(text) else str(text)


def size(number: int) -> str:
    """2.4 MB, 310 kB."""
    if number >= 1_000_000:
        return f"{number / 1_000_000:.1f} MB"
    return f"{max(1, round(number / 1000))} kB"
