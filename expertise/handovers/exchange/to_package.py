"""The note for the archive: a zip of its texts, its files, what it is, and the sha256 of every member.

The description follows the elements of MDTO (the Dutch standard for what an archive must know of a record) as far as
we know them; an archive adds its own. The same note gives the same bytes.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as Xml

from flask_babel import gettext as _

from expertise.handovers.exchange.document import Attachment, Document

MDTO = "https://www.nationaalarchief.nl/mdto"
KINDS = {
    "pdf": ("application/pdf", "PDF/A-2a"),
    "html": ("text/html", "HTML"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX"),
    "odt": ("application/vnd.oasis.opendocument.text", "ODT"),
    "json": ("application/json", "JSON"),
}


def to_package(
    document: Document,
    texts: Mapping[str, bytes],
    about: Mapping[str, Any],
    content: bytes | None,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The bytes of a .zip. `texts` are the forms by ending; `content` is what was frozen, byte for byte as hashed."""
    members = {f"handover.{ending}": made for ending, made in texts.items()}
    if content is not None:
        members["content.json"] = content
    for name, one in _named(attachments):
        members[f"files/{name}"] = one.content
    sums = {name: hashlib.sha256(made).hexdigest() for name, made in members.items()}
    described = {**about, "files": [_file(name, made, sums[name]) for name, made in members.items()]}
    members["metadata.json"] = json.dumps(described, ensure_ascii=False, indent=2, sort_keys=True).encode()
    members["metadata.xml"] = _mdto(document, about)
    for name in list(sums):
        members[f"mdto/{name.replace('/', '-')}.xml"] = _mdto_file(name, members[name], sums[name], about)
    members["README.txt"] = _readme(document, whole=content is not None).encode()
    listed = "".join(f"{hashlib.sha256(made).hexdigest()}  {name}\n" for name, made in sorted(members.items()))
    members["SHA256SUMS"] = listed.encode()
    return _zip(members, document)


def _zip(members: Mapping[str, bytes], document: Document) -> bytes:
    day = document.made_on
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, made in sorted(members.items()):
            info = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            package.writestr(info, made)
    return out.getvalue()


def _named(attachments: Sequence[Attachment]) -> Iterator[tuple[str, Attachment]]:
    """Names that are safe in a folder, and told apart."""
    taken: set[str] = set()
    for one in attachments:
        name = "".join("_" if letter in '/\\:*?"<>|' or ord(letter) < 32 else letter for letter in one.name).strip(" .")
        base, number = name or "file", 1
        name = base
        while name.casefold() in taken:
            number += 1
            name = f"{number}-{base}"
        taken.add(name.casefold())
        yield name, one


def _file(name: str, made: bytes, sha256: str) -> dict[str, Any]:
    return {"name": name, "size": len(made), "sha256": sha256}


def _readme(document: Document, *, whole: bool) -> str:
    lines = [
        document.title,
        document.organisation,
        document.foot,
        "",
        _("handover.pdf is for the archive (PDF/A), handover.html opens and searches without a connection."),
        _("To check that nothing was changed: sha256sum -c SHA256SUMS"),
    ]
    if whole:
        lines.append(_("content.json is what was frozen; its sha256 is the hash that stands in the note."))
    else:
        lines.append(
            _("Not all of the note is in here, or it is not frozen: content.json, which has the hash, is left out.")
        )
    return "\n".join(lines) + "\n"


def _mdto(document: Document, about: Mapping[str, Any]) -> bytes:
    root = Xml.Element("MDTO", xmlns=MDTO)
    thing = Xml.SubElement(root, "informatieobject")
    _identify(thing, str(about["id"]))
    _text(thing, "naam", document.title)
    _concept(thing, "aggregatieniveau", "Dossier" if len(about["attachments"]) else "Archiefstuk")
    _concept(thing, "classificatie", "Overdracht van een functie")
    _text(thing, "omschrijving", f"{document.subtitle}. {document.foot}")
    covered = Xml.SubElement(thing, "dekkingInTijd")
    _concept(covered, "dekkingInTijdType", "Plaatsing")
    _text(covered, "dekkingInTijdBegindatum", about["starts_on"] or "")
    _text(covered, "dekkingInTijdEinddatum", about["ends_on"] or "")
    for name, moment in (
        ("Ondertekening", about["signed_at"]),
        ("Vaststelling", about["frozen_at"]),
        ("Ontvangst", about["received_at"]),
    ):
        if moment:
            event = Xml.SubElement(thing, "event")
            _concept(event, "eventType", name)
            _text(event, "eventTijd", moment)
    _text(thing, "taal", document.language)
    _concept(thing, "waardering", "Nog te bepalen door de archiefvormer")
    maker = Xml.SubElement(thing, "archiefvormer")
    _text(maker, "verwijzingNaam", document.organisation)
    limit = Xml.SubElement(thing, "beperkingGebruik")
    _concept(limit, "beperkingGebruikType", document.marking or "Geen markering")
    return _xml(root)


def _mdto_file(name: str, made: bytes, sha256: str, about: Mapping[str, Any]) -> bytes:
    root = Xml.Element("MDTO", xmlns=MDTO)
    thing = Xml.SubElement(root, "bestand")
    _identify(thing, f"{about['id']}/{name}")
    _text(thing, "naam", name)
    _text(thing, "omvang", str(len(made)))
    kind, label = KINDS.get(name.rpartition(".")[2], ("application/octet-stream", "Onbekend"))
    _concept(thing, "bestandsformaat", label, kind)
    check = Xml.SubElement(thing, "checksum")
    _concept(check, "checksumAlgoritme", "SHA-256")
    _text(check, "checksumWaarde", sha256)
    _text(check, "checksumDatum", about["made_at"])
    whole = Xml.SubElement(thing, "isRepresentatieVan")
    _text(whole, "verwijzingNaam", str(about["title"]))
    _identify(whole, str(about["id"]), "verwijzingIdentificatie")
    return _xml(root)


def _identify(parent: Xml.Element, value: str, name: str = "identificatie") -> None:
    made = Xml.SubElement(parent, name)
    _text(made, "identificatieKenmerk", value)
    _text(made, "identificatieBron", "Expertise")


def _concept(parent: Xml.Element, name: str, label: str, code: str = "") -> None:
    made = Xml.SubElement(parent, name)
    _text(made, "begripLabel", label)
    if code:
        _text(made, "begripCode", code)
    _text(Xml.SubElement(made, "begripBegrippenlijst"), "verwijzingNaam", "Expertise")


def _text(parent: Xml.Element, name: str, value: str) -> None:
    Xml.SubElement(parent, name).text = value


def _xml(root: Xml.Element) -> bytes:
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))
