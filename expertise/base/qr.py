"""QR codes as part of a page: a picture that no other address holds, so that pages load none but their own."""

import segno
from markupsafe import Markup


def drawn(text: str, *, error: str) -> Markup | None:
    """The code of a text, as SVG; None where it is longer than any code holds. `error`: l, m, q or h, from least."""
    try:
        code = segno.make(text, error=error, micro=False)
    except segno.DataOverflowError:
        return None
    # Of the text nothing stands in it but modules: numbers that the library writes.
    return Markup(code.svg_inline(scale=5, border=3, light="white", omitsize=True))  # noqa: S704 (numbers that a library writes)
