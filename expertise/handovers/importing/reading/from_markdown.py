"""Markdown in: the source of each block as it was written, so that nothing is lost in between."""

import io
import re

from markdown_it import MarkdownIt

from expertise.handovers.importing.reading.blocks import Block, No, clean

_reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read(file: io.BytesIO) -> list[Block]:
    """The blocks; raises No."""
    raw = file.getvalue()
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf")):
        raise No("name")
    if _BINARY.search(raw[:65536]) and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise No("unknown")
    text = clean(_decoded(raw)).replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    found: list[Block] = []
    done = 0
    for token in _reader.parse(text):
        if token.level or token.map is None or token.type.endswith("_close"):
            continue
        first, last = token.map
        # Whatever stands between two blocks (a definition of a link) is text as well.
        _add_text(found, lines[done:first])
        if token.type == "heading_open":
            found.append(Block("heading", _heading(lines[first:last]), int(token.tag[1])))
        else:
            _add_text(found, lines[first:last])
        done = last
    _add_text(found, lines[done:])
    return found


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _add_text(found: list[Block], lines: list[str]) -> None:
    text = "\n".join(lines).strip("\n")
    if text.strip():
        found.append(Block("text", text))


def _heading(lines: list[str]) -> str:
    """The words of a heading, with # before it or a line under it."""
    text = " ".join(line for line in lines if not re.fullmatch(r"\s*(?:=+|-+)\s*", line))
    return re.sub(r"\s+#+\s*$", "", re.sub(r"^\s*#{1,6}\s*", "", text)).strip()
