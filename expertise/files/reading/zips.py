"""Opening a zip that a stranger made: every trick that its form allows is refused before anything is unpacked."""

import re
import stat
import struct
import zipfile
import zlib
from typing import IO, BinaryIO

from expertise.files.reading.kinds import EICAR
from expertise.files.reading.verdict import No

MOST_MEMBERS = 4000
MOST_UNPACKED = 200 * 1024 * 1024
# Real XML shrinks to a fiftieth; more only where it is small.
MOST_RATIO = 250
RATIO_COUNTS_FROM = 4 * 1024 * 1024
_LOCAL = struct.Struct("<4s5H3I2H")
_CHUNK = 1 << 18
_BAD_NAME = re.compile(r"^[/\\]|\\|^[A-Za-z]:|(^|/)\.\.(/|$)|[\x00-\x1f]")


class Package:
    """An office document: a zip whose members were looked at."""

    def __init__(self, file: BinaryIO) -> None:
        """Raises No."""
        self.file = file
        try:
            self.archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, struct.error, EOFError):
            raise No("damaged") from None
        self.members = self.archive.infolist()
        self.names = {one.filename: one for one in self.members}
        self._judge()

    def _judge(self) -> None:
        if not self.members:
            raise No("archive")
        if len(self.members) > MOST_MEMBERS or sum(one.file_size for one in self.members) > MOST_UNPACKED:
            raise No("bomb")
        if any(one.flag_bits & 0x1 for one in self.members):
            raise No("encrypted")
        if len({one.filename.casefold() for one in self.members}) != len(self.members):
            raise No("zip_tricks")
        for one in self.members:
            _judge_member(one)
        self._judge_layout()

    def _judge_layout(self) -> None:
        """Every byte belongs to a member or to the directory: nothing before, between or after them."""
        size = self.file.seek(0, 2)
        if self.archive.comment:
            raise No("polyglot")
        end = 0
        for one in sorted(self.members, key=lambda member: member.header_offset):
            # A data descriptor of at most 24 bytes may follow what is packed.
            if not 0 <= one.header_offset - end <= 24:
                raise No("bomb" if one.header_offset < end else "polyglot")
            self.file.seek(one.header_offset)
            raw = self.file.read(_LOCAL.size)
            if len(raw) < _LOCAL.size or not raw.startswith(b"PK\x03\x04"):
                raise No("damaged")
            _sign, _version, flags, method, *_rest, name_length, extra = _LOCAL.unpack(raw)
            if flags & 0x1 or method != one.compress_type:
                raise No("zip_tricks")
            end = one.header_offset + _LOCAL.size + name_length + extra + one.compress_size
        start = self.archive.start_dir
        if not 0 <= start - end <= 24:
            raise No("polyglot")
        self.file.seek(start)
        directory = self.file.read(size - start)
        # The end record is the last 22 bytes, since there is no comment.
        if directory[-22:-18] != b"PK\x05\x06" or len(directory) > 4 * 1024 * 1024:
            raise No("polyglot")

    def open(self, name: str) -> IO[bytes]:
        """A member, as a stream that never gives more than the directory says."""
        try:
            return self.archive.open(self.names[name])
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, zlib.error, EOFError):
            raise No("damaged") from None

    def read(self, name: str, most: int = 16 * 1024 * 1024) -> bytes:
        """A member, whole."""
        if self.names[name].file_size > most:
            raise No("bomb")
        try:
            with self.open(name) as stream:
                return stream.read()
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, zlib.error, EOFError):
            raise No("damaged") from None

    def walk(self) -> None:
        """Unpack every member to nowhere: its checksum is right, and no virus signature stands in it."""
        for one in self.members:
            tail = b""
            try:
                with self.open(one.filename) as stream:
                    while piece := stream.read(_CHUNK):
                        if EICAR.search(tail + piece):
                            raise No("virus")
                        tail = piece[-64:]
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, zlib.error, EOFError):
                raise No("damaged") from None


def _judge_member(one: zipfile.ZipInfo) -> None:
    if _BAD_NAME.search(one.filename) or stat.S_ISLNK(one.external_attr >> 16):
        raise No("zip_tricks")
    # zipfile cuts a name at its zero byte; what stood in the directory tells.
    if one.orig_filename != one.filename:
        raise No("zip_tricks")
    if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise No("zip_tricks")
    if one.file_size > RATIO_COUNTS_FROM and one.file_size > MOST_RATIO * max(one.compress_size, 1):
        raise No("bomb")
