"""What people of a whole invented ministry write: out of phrases, in Dutch, English and French. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

MONTHS = {
    "nl": ("januari", "februari", "maart", "april", "mei", "juni",
           "juli", "augustus", "september", "oktober", "november", "december"),
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin",
           "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
}  # fmt: skip
# Of a hundred notes so many are of a kind.
KINDS = (
    *["meeting_report"] * 34,
    *["state_of_play"] * 20,
    *["background"] * 14,
    *["commitment"] * 12,
    *["decision"] * 8,
    *["lesson"] * 5,
    *["pitfall"] * 4,
    *["how_to"] * 3,
)


@dataclass(frozen=True)
class Subject:
    """What a dossier is about, in the language of its notes."""

    language: str
    place: str
    theme: str
    body: str
    people: Sequence[str]


class Pen:
    """Writes; the same draws give the same words."""

    def __init__(self, texts: dict[str, Any], chance: random.Random) -> None:
        self.texts, self.chance = texts, chance

    def title(self, subject: Subject) -> str:
        """Of a dossier."""
        said = self.chance.choice(self.texts["subjects"][subject.language])
        return _begun(said.format(theme=subject.theme, place=subject.place, body=subject.body))

    def note(self, subject: Subject, kind: str, day: date) -> tuple[str, str]:
        """Title and body of a note of that day."""
        title = self.chance.choice(self.texts["entry_titles"][subject.language][kind])
        phrases = self.texts["sentences"][subject.language]
        count = self.chance.randint(2, 6)
        body = [self._filled(one, subject, day) for one in self.chance.sample(phrases, count)]
        middle = count // 2
        paragraphs = [" ".join(body[:middle]), " ".join(body[middle:])] if count > 3 else [" ".join(body)]
        return self._filled(title, subject, day), "\n\n".join(paragraphs)

    def question(self, subject: Subject, day: date) -> tuple[str, str]:
        """Title and body of what somebody asks about a dossier."""
        title, body = self.chance.choice(self.texts["questions"][subject.language])
        return self._filled(title, subject, day), self._filled(body, subject, day)

    def _filled(self, said: str, subject: Subject, day: date) -> str:
        chance = self.chance
        return _begun(
            said.format(
                who=subject.people[chance.randrange(len(subject.people))],
                body=subject.body,
                place=subject.place,
                theme=subject.theme,
                n=chance.randint(3, 48),
                year=day.year - chance.randrange(3),
                day=f"{chance.randint(1, 28)} {MONTHS[subject.language][chance.randrange(12)]}",
            )
        )


def _begun(said: str) -> str:
    """With a capital, also where it begins with an organisation or a theme."""
    return said[:1].upper() + said[1:]
