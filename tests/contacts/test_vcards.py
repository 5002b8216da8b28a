"""vCards as Outlook, Google, Apple and Nextcloud write them come in without loss; what we write others read."""

import io
import json
from typing import Any

import pytest
import vobject
from flask import Flask
from icalendar import Component

from expertise.contacts import vcards
from tests import make
from tests.conftest import Cast

OUTLOOK = r"""BEGIN:VCARD
VERSION:3.0
N;CHARSET=utf-8:Marquandt;Ilse;Maria;Dr.;PhD
FN:Dr. Ilse Maria Marquandt
ORG:Red Cross;Arms unit
TITLE:Head of unit
NOTE:Met in Geneva\nSpeaks softly
TEL;TYPE=WORK,VOICE:+41 22 730 00 01
TEL;TYPE=CELL,VOICE:+41 79 000 00 02
ADR;TYPE=WORK:;;Avenue de la Paix 19;Geneva;GE;1202;Switzerland
LABEL;TYPE=WORK:Avenue de la Paix 19\n1202 Geneva
EMAIL;TYPE=PREF,INTERNET:ilse@redcross.example
EMAIL;TYPE=INTERNET:private@home.example
URL;TYPE=WORK:https://redcross.example
BDAY:1970-03-04
PHOTO;TYPE=JPEG;ENCODING=B:/9j/4AAQ
REV:20240101T000000Z
END:VCARD
"""
GOOGLE = r"""BEGIN:VCARD
VERSION:3.0
FN:Pia Storm
N:Storm;Pia;;;
NICKNAME:Pip
EMAIL;TYPE=INTERNET;TYPE=WORK:pia@unidir.example
TEL;TYPE=MAIN:+41 22 917 00 03
item1.URL:https\://unidir.example/pia
item1.X-ABLabel:PROFILE
item2.X-ABRELATEDNAMES:Quinten Lang
item2.X-ABLabel:Manager
ORG:UNIDIR
TITLE:Researcher
CATEGORIES:myContacts,Disarmament
END:VCARD
"""
APPLE = r"""BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//macOS 14//EN
N:;;;;
FN:Instituut Zuid
ORG:Instituut Zuid;
X-ABShowAs:COMPANY
item1.TEL;type=pref:+31 70 000 00 04
item2.URL;type=pref:https://zuid.example
item2.X-ABLabel:_$!<HomePage>!$_
item3.ADR;type=WORK;type=pref:;;Lange Voorhout 1;Den Haag;;2514 EA;Netherlands
item3.X-ABADR:nl
UID:ABCD-1
END:VCARD
"""
NEXTCLOUD = r"""BEGIN:VCARD
VERSION:4.0
PRODID:-//Sabre//Sabre VObject 4.5.4//EN
UID:4f0c-9
KIND:individual
FN:Élodie Brun
N:Brun;Élodie;;;
EMAIL;TYPE=WORK;PREF=1:elodie@quai.example
TEL;TYPE=WORK;VALUE=URI:tel:+33-1-00-00-00-05
IMPP:xmpp:elodie@chat.example
X-SOCIALPROFILE;TYPE=mastodon:https://social.example/@elodie
LANG:fr
LANG:en
TZ:Europe/Paris
ROLE:Liaison
TITLE:Adviser
NOTE:Call before noon
PHOTO:data:image/jpeg;base64,/9j/4AAQ
END:VCARD
"""
# Where each property went: a field of a contact, or a line of its notes.
WENT = {
    OUTLOOK: {
        "kind": "person", "name": "Dr. Ilse Maria Marquandt", "organisation": "Red Cross", "role": "Head of unit",
        "email": "ilse@redcross.example", "phone": "+41 22 730 00 01", "country": "Switzerland",
        "notes": ["Met in Geneva", "Speaks softly", "N: PhD", "ORG: Arms unit", "TEL (cell voice): +41 79 000 00 02",
                  "ADR (work): Avenue de la Paix 19, 1202, Geneva, GE, Switzerland", "private@home.example",
                  "URL (work): https://redcross.example", "BDAY: 1970-03-04", "PHOTO (jpeg): (left out)"],
    },
    GOOGLE: {
        "kind": "person", "name": "Pia Storm", "organisation": "UNIDIR", "role": "Researcher",
        "email": "pia@unidir.example", "phone": "+41 22 917 00 03",
        "notes": ["NICKNAME: Pip", "URL (PROFILE): https", "X-ABRELATEDNAMES (Manager): Quinten Lang",
                  "CATEGORIES: myContacts; Disarmament"],
    },
    APPLE: {
        "external_id": "ABCD-1", "kind": "organisation", "name": "Instituut Zuid", "phone": "+31 70 000 00 04",
        "country": "Netherlands",
        "notes": ["URL (HomePage pref): https://zuid.example",
                  "ADR (work pref): Lange Voorhout 1, 2514 EA, Den Haag, Netherlands"],
    },
    NEXTCLOUD: {
        "external_id": "4f0c-9", "kind": "person", "name": "Élodie Brun", "role": "Adviser",
        "email": "elodie@quai.example", "phone": "+33-1-00-00-00-05", "languages": ["fr", "en"],
        "notes": ["Call before noon", "IMPP: xmpp:elodie@chat.example", "TZ: Europe/Paris", "ROLE: Liaison",
                  "X-SOCIALPROFILE (mastodon): https://social.example/@elodie", "PHOTO: (left out)"],
    },
}  # fmt: skip


@pytest.mark.parametrize("card", WENT, ids=["outlook", "google", "apple", "nextcloud"])
def test_every_property_has_a_place(card: str) -> None:
    (line,) = vcards.as_rows(io.BytesIO(card.replace("\n", "\r\n").encode())).read().splitlines()
    row: dict[str, Any] = json.loads(line)
    wanted = WENT[card]
    assert {name: row.get(name) for name in wanted if name != "notes"} == {
        name: value for name, value in wanted.items() if name != "notes"
    }
    assert not set(row) - set(wanted)
    left = [one for one in wanted["notes"] if one not in row["notes"]]
    assert not left, (left, row["notes"])


def test_what_we_write_is_read_by_two_parsers(app: Flask, cast: Cast, as_: Any) -> None:
    as_("leaver")
    contact = make.contact(
        "Ilse Märquandt", role="Head; of, unit", organisation="Red Cross", email="ilse@x.example",
        phone="+41 22 730 00 01", country="CH", notes="First line\nsecond, and; more" * 5,
    )  # fmt: skip
    for version in vcards.VERSIONS:
        text = vcards.card_of(contact, version=version)
        read = vobject.readOne(text)
        assert (read.fn.value, read.title.value, read.email.value) == (contact.name, contact.role, contact.email)
        assert read.note.value == contact.notes
        other = Component.from_ical(text)
        assert (other.name, str(other["VERSION"])) == ("VCARD", version)
        assert [unescaped(str(other[name])) for name in ("FN", "TITLE", "EMAIL", "TEL", "NOTE")] == [
            contact.name, contact.role, contact.email, contact.phone, contact.notes,
        ]  # fmt: skip


def unescaped(text: str) -> str:
    """A value as RFC 6350 (3.4) writes it; icalendar leaves what it has no type for as it stands."""
    return text.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
