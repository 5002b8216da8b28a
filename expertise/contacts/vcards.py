"""Contacts as vCards: 3.0 and 4.0 read, either written. A card that comes in becomes a row of exchange.py."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

import vobject
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from vobject.base import VObjectError

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import qr
from expertise.base.database import session
from expertise.base.i18n import show_country
from expertise.base.tables import LIMITS, TableError
from expertise.base.tables.encodings import find_encoding
from expertise.base.tables.matching import own_id
from expertise.contacts.models import Contact

VERSIONS = ("3.0", "4.0")
_CARD = re.compile(r"^BEGIN:VCARD[ \t]*\r?\n.*?^END:VCARD[ \t]*(?:\r?\n|\Z)", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_ORGANISATIONS = ("org", "group")
# Properties with a place of their own, and those that say something of the card alone.
_TAKEN = ("version", "prodid", "rev", "fn", "n", "uid", "kind", "note", "lang", "x-ablabel", "x-abshowas", "x-abadr")
_NO_TEXT = ("photo", "logo", "sound", "key")
_NAME = ("prefix", "given", "additional", "family", "suffix")
_ADDRESS = ("box", "extended", "street", "code", "city", "region", "country")


def is_vcard(name: str) -> bool:
    """Whether a file of this name holds vCards."""
    return name.lower().endswith((".vcf", ".vcard"))


def as_rows(stream: BinaryIO) -> BytesIO:
    """The cards of a file as rows of JSONL, one for each, so that they are imported and reported on as any other."""
    content = stream.read(LIMITS.line_bytes + 1)
    if len(content) > LIMITS.line_bytes:
        raise TableError(_("The file holds more than %(most)s MB. Split it.", most=LIMITS.line_bytes // 2**20))
    cards = _CARD.findall(content.decode(find_encoding(BytesIO(content)).name))
    if not cards:
        raise TableError(_("There is no vCard in this file."))
    rows = BytesIO()
    for card in cards:
        rows.write(json.dumps(_row(card), ensure_ascii=False).encode() + b"\n")
    rows.seek(0)
    return rows


def _row(text: str) -> dict[str, Any]:
    try:
        card = vobject.readOne(text)
    except (VObjectError, ValueError, IndexError, TypeError, AttributeError):
        # A card that cannot be read is a row without a name, which the report names.
        return {"kind": "person", "name": ""}
    organisation = _first(card, "org")
    place = organisation[0] if isinstance(organisation, list) and organisation else organisation
    name = _first(card, "fn") or _composed(_first(card, "n"))
    whole = str(_first(card, "kind") or "").lower() in _ORGANISATIONS or _is_company(card)
    address = _first(card, "adr")
    row = {
        "external_id": _first(card, "uid"),
        "kind": "organisation" if whole else "person",
        "name": name or place,
        "organisation": None if whole else place,
        "role": _first(card, "title") or _first(card, "role"),
        "email": _bare(_first(card, "email"), "mailto:"),
        "phone": _bare(_first(card, "tel"), "tel:"),
        "country": getattr(address, "country", None) or None,
        "languages": [str(one.value) for one in card.contents.get("lang", []) if one.value],
        "notes": "\n".join([*_texts(card, "note"), *_rest(card)]),
    }
    return {key: value for key, value in row.items() if value not in (None, "", [])}


def _texts(card: Any, name: str) -> list[str]:
    return [str(one.value).strip() for one in card.contents.get(name, []) if str(one.value).strip()]


def _rest(card: Any) -> list[str]:
    """All that has no place of its own, a line for each, under its name in the standard; so nothing is lost.

    A picture, a sound or a key is no text: that it was there is said.
    """
    lines = _name_parts(card)
    labels = {one.group: _unlabelled(str(one.value)) for one in card.contents.get("x-ablabel", []) if one.group}
    for name, found in card.contents.items():
        if name in _TAKEN:
            continue
        kept = _kept_of(card, name, found)
        for one in found:
            said = "" if one is kept else _said(one, name, kept)
            if said:
                told = " ".join(filter(None, (labels.get(one.group), *(_types(one)))))
                lines.append(f"{name.upper()}{f' ({told})' if told else ''}: {said}")
    return lines


def _name_parts(card: Any) -> list[str]:
    """What the parts of a name hold that the name as it is shown has not: titles before and behind, mostly."""
    shown = str(_first(card, "fn") or _composed(_first(card, "n")))
    parts = [_flat(getattr(one.value, part, "")) for one in card.contents.get("n", []) for part in _NAME]
    more = [one for one in parts if one and any(word not in shown for word in one.split())]
    return [f"N: {', '.join(more)}"] if more else []


def _kept_of(card: Any, name: str, found: list[Any]) -> Any:
    """The line whose value has a place of its own; of an organisation and an address only a part has."""
    if name == "role" and _texts(card, "title"):
        return None
    return _preferred(found) if name in ("email", "tel", "title", "role") else None


def _said(line: Any, name: str, kept: Any) -> str:
    value = line.value
    if name in _NO_TEXT or isinstance(value, bytes):
        address = str(value)
        return address if address.startswith(("http:", "https:")) else "(left out)"
    if name == "org":
        units = value[1:] if isinstance(value, list) else []
        return "; ".join(str(one) for one in units if one)
    if name == "adr":
        parts = [getattr(value, part, "") for part in _ADDRESS]
        whole = ", ".join(_flat(one) for one in parts if _flat(one))
        return "" if whole == _flat(value.country) else whole
    return _bare(_flat(value), "tel:|mailto:") if kept is not None or name in ("email", "tel") else _flat(value)


def _flat(value: Any) -> str:
    return "; ".join(str(one).strip() for one in value if one) if isinstance(value, list) else str(value).strip()


def _unlabelled(text: str) -> str:
    """Apple writes its own words as _$!<HomePage>!$_."""
    return re.sub(r"^_\$!<(.*)>!\$_$", r"\1", text)


def _is_company(card: Any) -> bool:
    """As telephones say it."""
    return str(_first(card, "x-abshowas") or "").upper() == "COMPANY"


def _first(card: Any, name: str) -> Any:
    """The value that counts: the preferred one, else the first."""
    line = _preferred(card.contents.get(name, []))
    value = line.value if line is not None else None
    return value.strip() if isinstance(value, str) else value


def _preferred(lines: list[Any]) -> Any:
    preferred = [one for one in lines if "PREF" in one.params or "pref" in _types(one)]
    return next(iter((*preferred, *lines)), None)


def _types(line: Any) -> list[str]:
    return [str(one).lower() for one in line.params.get("TYPE", [])]


def _composed(name: Any) -> str:
    parts = [getattr(name, part, "") for part in ("given", "additional", "family")]
    return " ".join(" ".join(part) if isinstance(part, list) else part for part in parts if part)


def _bare(value: Any, scheme: str) -> Any:
    return re.sub(f"^{scheme}", "", value, flags=re.IGNORECASE) if isinstance(value, str) else value


def card_of(contact: Contact, *, version: str = "4.0", notes: bool = True) -> str:
    """One contact; what a position noted as sensitive is not in it."""
    card = vobject.vCard()
    card.add("version").value = version
    card.add("fn").value = contact.name
    card.add("uid").value = own_id(contact)
    given, _space, family = contact.name.rpartition(" ")
    whole = contact.kind == "organisation"
    card.add("n").value = vobject.vcard.Name(family=contact.name if whole else family, given="" if whole else given)
    if version == "4.0":
        card.add("kind").value = "org" if whole else "individual"
    elif whole:
        card.add("x-abshowas").value = "COMPANY"
    place = contact.name if whole else contact.organisation.name if contact.organisation else ""
    for name, value in (("org", [place] if place else None), ("title", contact.role), ("email", contact.email)):
        if value:
            card.add(name).value = value
    if contact.phone:
        card.add("tel").value = contact.phone
    if contact.country:
        card.add("adr").value = vobject.vcard.Address(country=show_country(contact.country))
    if version == "4.0":
        for one in filter(None, (word.strip() for word in contact.languages.split(","))):
            card.add("lang").value = one
    if notes and contact.notes:
        card.add("note").value = contact.notes
    return str(card.serialize())


def code_of(contact: Contact) -> Markup | None:
    """A QR code that a telephone reads as a new contact; without notes, to stay coarse. None where it is too long."""
    return qr.drawn(card_of(contact, version="3.0", notes=False), error="l")


def dump_cards(viewer: Viewer, *, version: str = "4.0") -> Iterator[str]:
    """All contacts that the viewer may see."""
    require(viewer, "contact.read")
    query = select(Contact).where(Contact.merged_into_id.is_(None)).options(joinedload(Contact.organisation))
    query = query.order_by(Contact.kind, Contact.name, Contact.id).execution_options(yield_per=500)
    for contact in session().scalars(query):
        yield card_of(contact, version=version)


def export_cards(viewer: Viewer, target: Path, *, version: str = "4.0") -> int:
    """All of them in a file; gives how many. Only the owner may read it, and it appears only when it is complete."""
    count = 0
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as out:
        try:
            for card in dump_cards(viewer, version=version):
                out.write(card.encode())
                count += 1
            out.close()
            os.replace(out.name, target)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(out.name)
            raise
    return count
