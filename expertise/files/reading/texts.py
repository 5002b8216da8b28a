"""Plain text, Markdown, CSV and mail: their characters, and what is not allowed in them."""

import codecs
import email
import email.policy
import re
from email.message import EmailMessage
from html.parser import HTMLParser
from io import BytesIO
from typing import BinaryIO

from expertise.files.reading.kinds import HEAD, holds_page, refuse_binary, refuse_markup
from expertise.files.reading.office import Inner
from expertise.files.reading.verdict import DEEPEST, No, Text, Verdict

MOST_PARTS = 200
# Loaded now: once the child is shut in, nothing can be.
CODECS = (
    "cp437",  # names in a zip
    *(
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-7",
        "ascii",
        "latin-1",
        "cp1252",
        "cp1250",
        "cp1251",
    ),
    *(
        "cp1253",
        "cp1254",
        "cp1256",
        "iso8859-2",
        "iso8859-5",
        "iso8859-7",
        "iso8859-9",
        "iso8859-15",
        "koi8-r",
        "koi8-u",
    ),
    *(
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "shift_jis",
        "euc-jp",
        "iso2022_jp",
        "euc-kr",
        "idna",
        "punycode",
        "unknown-8bit",
    ),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_FORMULA = re.compile(
    r"""(?:^|[,;\t"'])\s*[=+\-@][^\n|]{0,80}\|[^\n]{0,200}!|=\s*(?:WEBSERVICE|CALL|REGISTER|EXEC|DDE)\s*\(""",
    re.IGNORECASE | re.MULTILINE,
)
_SCRIPT = re.compile(
    r"^\s*(?:@echo\s+off|Windows Registry Editor|<%|\[InternetShortcut\]|Set-ExecutionPolicy|On Error Resume Next\b)",
    re.IGNORECASE,
)
_RTF = "{\\rtf"


def load() -> None:
    """Load what `decode` and mail may need; the library loads parts of itself when it meets the first message."""
    for name in CODECS:
        try:
            codecs.lookup(name)
        except LookupError:
            continue
    _mail(_REHEARSAL, lambda *_: "", 0)


_REHEARSAL = b"""From: a@b.example
To: =?utf-8?q?caf=C3=A9?= <c@d.example>
Subject: =?utf-8?b?Y2Fmw6k=?=
Date: Mon, 23 Nov 2026 09:14:00 +0100
Message-ID: <1@b.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>&eacute;</p>
--x
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

Y2Fmw6k=
--x
Content-Type: application/pdf; name="=?utf-8?q?caf=C3=A9?="
Content-Disposition: attachment; filename*=utf-8''caf%C3%A9.pdf
Content-Transfer-Encoding: base64

Y2Fmw6k=
--x--
"""


def read(file: BinaryIO, kind: str, inner: Inner, depth: int) -> Verdict:
    """The verdict on a text: `kind` is what its name says of the four. Raises No."""
    file.seek(0)
    data = file.read()
    refuse_markup(data[:HEAD])
    if kind == "eml":
        return _mail(data, inner, depth)
    text = decode(data)
    if holds_page(data[:HEAD]) and kind != "md":
        raise No("html")
    if text.lstrip().startswith(_RTF):
        raise No("unknown")
    if b"PK\x05\x06" in data[-66000:]:
        raise No("polyglot")
    if _SCRIPT.match(text):
        raise No("executable")
    if kind == "csv" and _FORMULA.search(text):
        raise No("program")
    return Verdict(kind, text=text)


def decode(data: bytes) -> str:
    """The characters of a text; raises No for what is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _decoded(data, "utf-16")
    else:
        text = _decoded(data, "utf-8-sig", "cp1252")
    if _CONTROL.search(text):
        raise No("unknown")
    return text


def _decoded(data: bytes, *names: str) -> str:
    for name in names:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise No("unknown")


def _mail(data: bytes, inner: Inner, depth: int) -> Verdict:
    refuse_binary(data[:HEAD])
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        heads = {name.lower() for name in message}
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        raise No("damaged") from None
    if len(heads & {"from", "to", "date", "subject", "message-id", "received", "mime-version"}) < 2:
        raise No("mail")
    text = Text()
    for name in ("subject", "from", "to", "cc", "date"):
        text.add(_head(message, name))
    parts = 0
    for part in message.walk():
        parts += 1
        if parts > MOST_PARTS:
            raise No("bomb")
        if part.is_multipart():
            if not part.get_payload() and part.get_content_maintype() == "multipart":
                raise No("damaged")
            continue
        text.add(_part(part, inner, depth))
        text.add("\n")
    if message.is_multipart() and any(type(one).__name__ in _CUT_OFF for one in _defects(message)):
        raise No("damaged")
    return Verdict("eml", text=str(text))


_CUT_OFF = {"CloseBoundaryNotFoundDefect", "StartBoundaryNotFoundDefect", "NoBoundaryInMultipartDefect"}


def _defects(message: EmailMessage) -> list[Exception]:
    return [one for part in message.walk() for one in part.defects]


def _head(message: EmailMessage, name: str) -> str:
    try:
        return f"{message.get(name, '')}\n"
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return "\n"


def _part(part: EmailMessage, inner: Inner, depth: int) -> str:
    """The text of one part: its own words, or those of an attached document."""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    kind = part.get_content_type()
    name = _filename(part)
    if kind in ("text/plain", "text/html") and not name and part.get_content_disposition() != "attachment":
        try:
            text = content.decode(part.get_content_charset() or "utf-8", "replace")
        except (LookupError, OSError):
            text = content.decode("utf-8", "replace")
        return _visible(text) if kind == "text/html" else text
    if not content.strip() or kind in ("application/pgp-signature", "application/pkcs7-signature", "text/calendar"):
        return ""
    if kind in ("application/pkcs7-mime", "multipart/encrypted", "application/pgp-encrypted"):
        raise No("encrypted")
    if depth >= DEEPEST:
        raise No("nested")
    try:
        return f"{name}\n{inner(BytesIO(content), name, depth + 1)}"
    except No as why:
        raise No("nested" if why.code in ("archive", "unknown") else why.code) from None


def _filename(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return "unnamed"


class _Words(HTMLParser):
    """The words of a page, without what its reader does not see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """A script or a style sheet begins."""
        self.hidden += tag in ("script", "style")
        self.found.append("\n" if tag in ("p", "br", "div", "tr", "li") else " ")

    def handle_endtag(self, tag: str) -> None:
        """And ends."""
        self.hidden -= tag in ("script", "style") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        """Words between tags."""
        if not self.hidden:
            self.found.append(data)


def _visible(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    return "".join(words.found)
