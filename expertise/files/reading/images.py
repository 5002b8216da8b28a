"""Pictures: whole, of one kind, with nothing behind them; and a smaller one to show."""

import struct
import warnings
from io import BytesIO
from typing import Any, BinaryIO

from PIL import ExifTags, GifImagePlugin, Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from expertise.files.reading.kinds import holds_page
from expertise.files.reading.verdict import No, Verdict

__all__ = ["GifImagePlugin", "JpegImagePlugin", "PngImagePlugin", "WebPImagePlugin", "read", "show"]

MOST_PIXELS = 64_000_000
MOST_FRAMES = 1000
SHOWN = 1280
_FORMS = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}
# Names and notes in a photograph that people write: what a mark of secrecy could stand in.
_WRITTEN = {"ImageDescription", "Artist", "Copyright", "DocumentName", "UserComment"} | {
    f"XP{one}" for one in ("Title", "Comment", "Author", "Keywords", "Subject")
}


def load() -> None:
    """Load the readers of the four forms, which the library loads when it meets the first of each."""
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    for form in ("PNG", "JPEG", "GIF", "WEBP"):
        out = BytesIO()
        Image.new("RGB", (4, 4)).save(out, form)
        with Image.open(out) as image:
            image.load()
            image.getexif().get_ifd(ExifTags.IFD.Exif)


def read(file: BinaryIO, kind: str) -> Verdict:
    """The verdict on a picture. Raises No."""
    file.seek(0)
    data = file.read()
    if holds_page(data) or b"PK\x05\x06" in data[-66000:]:
        raise No("polyglot")
    # Sizes that are the beginning of a comment or of a sum: a picture that is a script as well.
    if data[6:8] in (b"/*", b"=1", b"='", b'="', b"=/") or data[4:6] == b"/*":
        raise No("polyglot")
    about: list[str] = []
    with _opened(data, kind) as image:
        _verify(image)
    with _opened(data, kind) as image:
        about = _about(image)
        try:
            for number in range(getattr(image, "n_frames", 1)):
                if number >= MOST_FRAMES:
                    raise No("bomb")
                image.seek(number)
                image.load()
        except (OSError, ValueError, EOFError, SyntaxError, struct.error, IndexError, OverflowError):
            raise No("damaged") from None
    _judge_end(data, kind)
    return Verdict(kind, about=about, pages=1)


def _verify(image: Any) -> None:
    """The checksums of a PNG; the other forms have none."""
    try:
        image.verify()
    except (OSError, ValueError, EOFError, SyntaxError, struct.error, IndexError, OverflowError):
        raise No("damaged") from None


def show(file: BinaryIO, kind: str) -> bytes:
    """A picture of at most SHOWN pixels, drawn anew: nothing of the file's own bytes is in it."""
    file.seek(0)
    with _opened(file.read(), kind) as image:
        image.draft("RGB", (SHOWN, SHOWN))
        turned = ImageOps.exif_transpose(image)
        turned.thumbnail((SHOWN, SHOWN))
        out = BytesIO()
        if kind == "jpeg":
            turned.convert("RGB").save(out, "JPEG", quality=82, optimize=True)
        else:
            turned.convert("RGBA").save(out, "PNG")
        return out.getvalue()


def _opened(data: bytes, kind: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(data), formats=[_FORMS[kind]])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise No("bomb") from None
    except (OSError, ValueError, SyntaxError, struct.error, OverflowError, IndexError):
        raise No("damaged") from None
    if image.width * image.height * getattr(image, "n_frames", 1) > 20 * MOST_PIXELS:
        raise No("bomb")
    return image


def _about(image: Any) -> list[str]:
    found = [value for value in image.info.values() if isinstance(value, str)]
    found += [
        value.decode("utf-8", "replace")
        for key, value in image.info.items()
        if key in ("comment", "xmp") and isinstance(value, bytes)
    ]
    try:
        exif = image.getexif()
        for tag, value in (*exif.items(), *exif.get_ifd(ExifTags.IFD.Exif).items()):
            if ExifTags.TAGS.get(tag) in _WRITTEN:
                found.append(_plain(value, ExifTags.TAGS[tag]))
    except (OSError, ValueError, SyntaxError, struct.error, KeyError, TypeError):
        return found  # a picture with unreadable notes is a picture all the same
    return found


def _plain(value: Any, name: str) -> str:
    if isinstance(value, tuple):
        value = bytes(value)
    if isinstance(value, bytes):
        return value.decode("utf-16-le" if name.startswith("XP") else "utf-8", "replace").replace("\x00", "")
    return str(value)


def _judge_end(data: bytes, kind: str) -> None:
    """Nothing may follow the end of the picture; a telephone's second picture in a JPEG may."""
    if kind == "png":
        behind = data[data.rfind(b"IEND") + 8 :]
    elif kind == "webp":
        behind = data[8 + struct.unpack("<I", data[4:8])[0] :]
    elif kind == "gif":
        behind = b"" if data.rstrip(b"\x00").endswith(b"\x3b") else b"?"
    else:
        behind = data[data.rfind(b"\xff\xd9") + 2 :]
        if b"\xff\xd9" not in data:
            raise No("damaged")
    if behind.strip(b"\x00\r\n \t"):
        raise No("polyglot")
