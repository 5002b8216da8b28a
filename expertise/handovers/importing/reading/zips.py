"""Opening a packed document that a stranger made: what would unpack to too much, or is no document, is refused."""

import io
import zipfile
import zlib
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from expertise.handovers.importing.reading.blocks import No

MOST_MEMBERS = 2000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_XML = 24 * 1024 * 1024
MOST_RATIO = 250
RATIO_COUNTS_FROM = 2 * 1024 * 1024
# An old Word file, or an encrypted new one, begins so; the name of the stream tells which.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, zlib.error, EOFError)


class Package:
    """A packed document whose directory was looked at."""

    def __init__(self, file: io.BytesIO) -> None:
        """Raises No."""
        head = file.getvalue()[:8]
        if head == OLE:
            raise No("encrypted" if "EncryptedPackage".encode("utf-16-le") in file.getvalue() else "old_word")
        if not head.startswith(b"PK"):
            raise No("unknown")
        try:
            self.archive = zipfile.ZipFile(file)
            members = self.archive.infolist()
        except (*BROKEN, ValueError):
            raise No("damaged") from None
        if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
            raise No("bomb")
        if any(
            one.file_size > RATIO_COUNTS_FROM and one.file_size > MOST_RATIO * max(one.compress_size, 1)
            for one in members
        ):
            raise No("bomb")
        if any(one.flag_bits & 0x1 for one in members):
            raise No("encrypted")
        self.names = {one.filename: one for one in members}

    def read(self, name: str) -> bytes:
        """A member, whole."""
        if self.names[name].file_size > MOST_XML:
            raise No("bomb")
        try:
            return self.archive.read(name)
        except BROKEN:
            raise No("damaged") from None

    def xml(self, name: str) -> Element:
        """A member as XML without entities and without references to anything outside."""
        try:
            return fromstring(self.read(name), forbid_dtd=True)
        except DefusedXmlException:
            raise No("entities") from None
        except (ParseError, ValueError, LookupError):
            raise No("damaged") from None

    def find(self, start: str, end: str = ".xml") -> list[str]:
        """The members whose name begins and ends so, in order."""
        return sorted(name for name in self.names if name.startswith(start) and name.endswith(end))


def local(node: Any) -> str:
    """The name of an element without its namespace; empty for a comment."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def attribute(node: Element, name: str, default: str = "") -> str:
    """An attribute by its name without namespace."""
    for key, value in node.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return default


def child(node: Element | None, *path: str) -> Element | None:
    """The first child by local names, step by step."""
    for name in path:
        if node is None:
            return None
        node = next((one for one in node if local(one) == name), None)
    return node
