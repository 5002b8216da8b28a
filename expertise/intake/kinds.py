"""What comes in on these pages, in the order in which an empty installation is filled, and who may bring it in."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from expertise.base.database import Model
from expertise.base.tables import Kind
from expertise.domains import exchange as domains_exchange
from expertise.domains import positions_exchange
from expertise.domains.models import Domain
from expertise.people import exchange as people_exchange
from expertise.people.models import Person
from expertise.posts import exchange as posts_exchange
from expertise.posts import postings_exchange
from expertise.posts.models import Position, Post, Posting
from expertise.search import glossary
from expertise.search.models import ACCEPTED, VocabularyPair


@dataclass(frozen=True)
class Sort:
    """One kind of table: what it needs of whoever brings it in, and where its records are kept."""

    kind: Kind
    action: str
    table: type[Model]
    counted: ColumnElement[bool] | None = None  # of a table that holds more: what counts as being there

    @property
    def name(self) -> str:
        """As in the address and on the command line."""
        return self.kind.name


def _named(kinds: Any, name: str) -> Kind:
    found: Kind = next(one for one in kinds if one.name == name)
    return found


SORTS = {
    one.name: one
    for one in (
        Sort(_named(domains_exchange.KINDS, "domains"), "domain.keep", Domain),
        Sort(_named(posts_exchange.KINDS, "posts"), "post.change", Post),
        Sort(positions_exchange.KIND, "post.change", Position),
        Sort(_named(people_exchange.KINDS, "people"), "person.change", Person),
        Sort(postings_exchange.KIND, "post.change", Posting),
        Sort(glossary.GLOSSARY, "vocabulary.manage", VocabularyPair, VocabularyPair.state == ACCEPTED),
    )
}
