"""Templates: what is shared takes no more from a page than it reads."""

import re
from pathlib import Path

from flask import Flask
from jinja2 import meta, nodes

TEMPLATES = Path("templates")
IMPORT = re.compile(r'{%-? from "([^"]+)" import [^%]* with context -?%}')


def test_macros_get_the_context_of_a_page_only_where_they_read_it(app: Flask) -> None:
    """With it a file of macros is run anew on each page, and not once in the life of a worker."""
    jinja = app.jinja_env
    needless = []
    for page in sorted(TEMPLATES.rglob("*.html")):
        for name in IMPORT.findall(page.read_text()):
            read = _parse(app, TEMPLATES / name)
            if not meta.find_undeclared_variables(read) - jinja.globals.keys() and not list(
                read.find_all(nodes.Include)
            ):
                needless.append(f"{page}: {name}")
    assert not needless


def test_macros_that_are_imported_are_used(app: Flask) -> None:
    """In the page itself, or in what it includes: that sees the names of the page."""
    left_over = []
    for page in sorted(TEMPLATES.rglob("*.html")):
        parsed = _parse(app, page)
        called = _names(parsed)
        included = [one.template for one in parsed.find_all(nodes.Include)]
        for one in included:
            if not isinstance(one, nodes.Const):
                # Which template it is shows only on the page: any of this room.
                called |= set().union(*(_names(_parse(app, other)) for other in page.parent.glob("_*.html")))
            else:
                called |= _names(_parse(app, TEMPLATES / one.value))
        imported = [
            name if isinstance(name, str) else name[1]
            for one in parsed.find_all(nodes.FromImport)
            for name in one.names
        ]
        left_over += [f"{page}: {name}" for name in imported if name not in called]
    assert not left_over


def _parse(app: Flask, path: Path) -> nodes.Template:
    return app.jinja_env.parse(path.read_text())


def _names(parsed: nodes.Template) -> set[str]:
    return {one.name for one in parsed.find_all(nodes.Name)}
