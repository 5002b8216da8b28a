"""Which language a text is written in: Dutch, English or French."""

import threading

import py3langid

LANGUAGES = ("nl", "en", "fr")
# Fewer letters say too little: "Meeting" is also Dutch.
ENOUGH = 12
# More say nothing new, and a long note should not take long.
PLENTY = 4000
_loading = threading.Lock()
_loaded: list[bool] = []


def detect(text: str, *, otherwise: str) -> str:
    """The language of a text; `otherwise` where it is too short to tell."""
    if sum(map(str.isalpha, text[:PLENTY])) < ENOUGH:
        return otherwise
    with _loading:
        # The first text pays for the model, not the start.
        if not _loaded:
            py3langid.set_languages(list(LANGUAGES))
            _loaded.append(True)
    return str(py3langid.classify(text[:PLENTY])[0])
