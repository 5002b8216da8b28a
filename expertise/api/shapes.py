"""What comes back: records as JSON, under the names of the rooms' own import and export, and the schemas of them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from expertise.base.languages import LANGUAGES
from expertise.base.tables import Field, PartialDate, Type, text_as_known
from expertise.base.tables.fields import LONGEST_TEXT
from expertise.contacts import exchange as contacts
from expertise.contacts.models import Contact
from expertise.domains import exchange as domains
from expertise.domains.models import Domain
from expertise.dossiers import entries_exchange as entries
from expertise.dossiers import exchange as dossiers
from expertise.dossiers.models import Dossier, Entry
from expertise.handovers.exchange.document import Document, Facts, Heading, Items, Paragraph, Picture, Table, text_of
from expertise.people import exchange as people
from expertise.people.models import Person
from expertise.posts import exchange as posts
from expertise.posts.models import Post, Posting

# With whom a dossier is shared is for its keepers, on its page.
DOSSIER_FIELDS = tuple(one for one in dossiers.FIELDS if one.name != "shared_with")
Row = dict[str, Any]


def plain(value: Any) -> Any:
    """As JSON holds it: days as text, cut to what is known of them."""
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value


def _shaped(fields: Iterable[Field], row: Mapping[str, Any], **more: Any) -> Row:
    return {**more, **{one.name: plain(row.get(one.name)) for one in fields}}


def dossier(one: Dossier) -> Row:
    """A dossier, loaded with what its row is told from."""
    return _shaped(DOSSIER_FIELDS, dossiers.row_of(one), id=one.id, url=f"/dossiers/{one.id}", version=one.version)


def entry(one: Entry) -> Row:
    """A note."""
    row = entries.row_of(one, one.dossier, one.post, one.author)
    url = f"/dossiers/{one.dossier_id}/entries/{one.id}"
    return _shaped(entries.FIELDS, row, id=one.id, url=url, version=one.version)


def contact(one: Contact) -> Row:
    """A contact; without what positions noted as sensitive."""
    return _shaped(contacts.FIELDS, contacts.row_of(one), id=one.id, url=f"/contacts/{one.id}")


def person(one: Person) -> Row:
    """A colleague."""
    return _shaped(people.FIELDS, people.row_of(one), id=one.id, url=f"/people/{one.id}")


def post(one: Post) -> Row:
    """A post."""
    return _shaped(posts.FIELDS, posts.row_of(one, one.parent.code if one.parent else None), url=f"/posts/{one.code}")


def domain(one: Domain, parent: str | None) -> Row:
    """A theme."""
    return _shaped(domains.FIELDS, domains.row_of(one, parent), url=f"/domains/{one.code}")


def posting(one: Posting) -> Row:
    """Who held what when."""
    return {
        "position": one.position_id,
        "title_nl": one.position.title_nl,
        "title_en": one.position.title_en,
        "post": one.position.post.code,
        "start": text_as_known(one.starts_on, one.starts_precision),
        "end": text_as_known(one.ends_on, one.ends_precision),
        "acting": one.acting,
        "status": one.status,
    }


def sections(told: Document) -> list[Row]:
    """A note as headings, each with the words that stand under it."""
    found: list[Row] = []
    for block in told.blocks:
        if isinstance(block, Heading):
            found.append({"level": block.level, "heading": block.text, "text": ""})
        elif found:
            found[-1]["text"] += "\n".join(_lines(block)) + "\n"
    return found


def _lines(block: Paragraph | Items | Table | Picture | Facts) -> list[str]:
    if isinstance(block, Paragraph):
        return [text_of(block.line)]
    if isinstance(block, Items):
        return [f"{'  ' * one.depth}- {text_of(one.line)}" for one in block.items]
    if isinstance(block, Table):
        return ["\t".join(block.heads), *("\t".join(text_of(cell) for cell in row) for row in block.rows)]
    if isinstance(block, Picture):
        return [block.alt]
    return [f"{label}: {text_of(line)}" for label, line in block.rows]


_TYPES: Mapping[Type, Row] = {
    Type.INTEGER: {"type": "integer"},
    Type.BOOLEAN: {"type": "boolean"},
    Type.LIST: {"type": "array", "items": {"type": "string"}},
}
# A day, a month, a year, or nothing.
DAY = r"^([12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$"
FILLED: Row = {"minLength": 1, "pattern": r"\S"}


def words_for(field: Field) -> tuple[str, ...]:
    """The only words that a program may send for a field; none: any."""
    return LANGUAGES if field.type is Type.LANGUAGE else tuple(field.choices)


def schema_of(field: Field, *, sent: bool = False) -> Row:
    """One field, from what the room's own import says of it. What is not filled in comes back as null."""
    made: Row = dict(_TYPES.get(field.type, {"type": "string"}))
    if field.type is Type.DATE:
        made["pattern"] = DAY
    if (words := words_for(field)) and (sent or field.needed):
        made["enum"] = [*words, None] if sent else list(words)
    longest = LONGEST_TEXT if sent and field.type is Type.TEXT and field.longest is None else field.longest
    if longest is not None and made["type"] == "string":
        made["maxLength"] = longest
    if field.example and field.type not in (Type.LIST, Type.INTEGER, Type.BOOLEAN):
        made["examples"] = [field.example]
    if (sent or "enum" not in made) and field.type is not Type.LIST:
        made["type"] = [made["type"], "null"]
    return made


def schema(fields: Sequence[Field], **more: Row) -> Row:
    """A record."""
    return {
        "type": "object",
        "required": sorted({*more, *(one.name for one in fields)}),
        "properties": more | {one.name: schema_of(one) for one in fields},
    }


def sent(fields: Sequence[Field], needed: Sequence[str] = (), *, filled: Sequence[str] = (), **more: Row) -> Row:
    """What a program sends of a record: no other names, and those that are left out stay as they are.

    Those that are `filled` say something if they are there.
    """
    described = more | {one.name: schema_of(one, sent=True) for one in fields}
    for name in filled:
        described[name] = described[name] | {"type": "string", **FILLED}
    return {
        "type": "object",
        "required": sorted(needed),
        "additionalProperties": False,
        "properties": described,
    }
