"""From a Findable to the piece that an engine stores."""

import hashlib
from dataclasses import fields

from expertise.base.findable import Findable
from expertise.search.analysis import (
    LANGUAGES,
    VERSION,
    exact_half_terms,
    exact_terms,
    half_terms,
    name_terms,
    part_terms,
    terms,
    words,
)
from expertise.search.engine import Piece

_FIELDS = tuple(field.name for field in fields(Findable))


def digest_of(findable: Findable) -> str:
    """Differs where anything of it differs, and where it would be analysed differently."""
    values = []
    for name in _FIELDS:
        value = getattr(findable, name)
        values.append(sorted(value) if isinstance(value, frozenset) else value)
    return hashlib.sha256(repr((VERSION, values)).encode("utf-8", "replace")).hexdigest()[:20]


def piece_of(findable: Findable) -> Piece:
    """Analyse it."""
    language = findable.language if findable.language in LANGUAGES else "en"
    names = (*findable.names, *((findable.external_id,) if findable.external_id else ()))
    texts = {"title": findable.title, "summary": findable.summary, "body": findable.body}
    return Piece(
        key=findable.key,
        readers=findable.readers,
        language=language,
        terms={name: terms(text, language) for name, text in texts.items()} | {"names": exact_terms(names)},
        parts={name: _parts(text) for name, text in texts.items()} if language == "nl" else {},
        halves={name: half_terms(text, language) for name, text in texts.items()} | {"names": exact_half_terms(names)},
        labels=tuple(name_terms(findable.title, language)),
        values=_values(findable, language),
        day=findable.date.toordinal() if findable.date else None,
        valid_until=findable.valid_until.toordinal() if findable.valid_until else None,
        digest=digest_of(findable),
    )


def _parts(text: str) -> list[str]:
    return [part for word in words(text) for part in part_terms(word)]


def _values(findable: Findable, language: str) -> dict[str, tuple[str, ...]]:
    single = {
        "kind": findable.kind,
        "post": findable.post,
        "author": findable.author,
        "dossier": findable.dossier,
        "year": str(findable.date.year) if findable.date else None,
        "language": language,
    }
    found = {facet: (value,) for facet, value in single.items() if value}
    return found | {"domain": tuple(dict.fromkeys(findable.domains))}
