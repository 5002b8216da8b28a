"""Both languages are complete: every text in the code has its Dutch, and no Dutch is left over."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

import config
from expertise.base import i18n

ROOT = Path(__file__).parent.parent.parent
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2), "lazy_pgettext": ((1, "c"), 2)}
METHODS = [("expertise/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
OPTIONS = {"templates/**.html": JINJA, "templates/**.txt": JINJA}
# WTForms' and Flask-WTF's own messages, which pass through our catalogue.
LIBRARIES = {"Not a valid choice.", "The CSRF token is missing."}


def texts_in_code() -> set[tuple[str | None, str]]:
    """(context, text) of everything that is shown."""
    found: set[tuple[str | None, str]] = set()
    for folder in ("expertise", "templates"):
        methods = [(pattern.split("/", 1)[1], method) for pattern, method in METHODS if pattern.startswith(folder)]
        options = {key.split("/", 1)[1]: value for key, value in OPTIONS.items() if key.startswith(folder)}
        for _, _, message, _, context in extract_from_dir(
            ROOT / folder, methods, options, keywords=KEYWORDS, strip_comment_tags=True
        ):
            text = message[0] if isinstance(message, tuple) else message
            found.add((context, text))
    found |= {(None, setting.meaning) for setting in config.SETTINGS}
    return found


@pytest.mark.parametrize("language", ["nl"])
def test_every_text_has_its_translation(language: str) -> None:
    catalogue = i18n.merged(language)
    missing = []
    for context, text in texts_in_code():
        message = catalogue.get(text, context)
        strings = message.string if message is not None else ""
        if not all(strings if isinstance(strings, tuple | list) else [strings]) or not strings:
            missing.append(text)
    assert not missing, f"{len(missing)} texts without {language}: {sorted(missing)}"


@pytest.mark.parametrize("language", ["nl"])
def test_no_translation_is_left_over_fuzzy_or_has_other_fields(language: str) -> None:
    in_code = texts_in_code()
    for message in i18n.merged(language):
        if not message.id:
            continue
        text = message.id[0] if isinstance(message.id, tuple | list) else message.id
        assert (message.context, text) in in_code or text in LIBRARIES, f"no longer used: {text!r}"
        assert not message.fuzzy, text
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        for string in strings:
            assert set(re.findall(r"%\(\w+\)[sd]", string)) <= set(re.findall(r"%\(\w+\)[sd]", str(message.id))), text
