"""Markdown to safe HTML, and to plain text for search."""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

# Raw HTML in a note is text. nh3 cleans all the same: two locks on one door.
_reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
# A note stands under the page's h1 and the section's h2.
_OPEN = '<div class="scroll" tabindex="0"><table>'
_HEADINGS = re.compile(r"<(/?)h([1-4])>")


@lru_cache(maxsize=512)
def to_html(text: str) -> Markup:
    """HTML of a note: cleaned, headings from h3 down, links that carry no referrer."""
    html = _HEADINGS.sub(lambda found: f"<{found[1]}h{int(found[2]) + 2}>", _reader.render(text))
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    # A table of many columns is drawn aside on a phone; what an author typed as a tag is text by now.
    clean = clean.replace("<table>", _OPEN).replace("</table>", "</table></div>")
    return Markup(clean)  # noqa: S704 (cleaned two lines above)


def to_text(text: str) -> str:
    """The words of a note without its marks."""
    lines: list[str] = []
    for token in _reader.parse(text):
        if token.type == "inline":
            parts = (
                child.content if child.type in ("text", "code_inline") else " "
                for child in token.children or ()
                if child.type in ("text", "code_inline", "softbreak", "hardbreak")
            )
            lines.append("".join(parts))
        elif token.type in ("fence", "code_block"):
            lines.append(token.content)
    return "\n".join(lines)
