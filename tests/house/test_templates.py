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
            read = jinja.parse((TEMPLATES / name).read_text())
            if not meta.find_undeclared_variables(read) - jinja.globals.keys() and not list(
                read.find_all(nodes.Include)
            ):
                needless.append(f"{page}: {name}")
    assert not needless
