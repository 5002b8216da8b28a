"""Every table and column, classified: of whom it holds something, what for, how long, and what becomes of it.

A test keeps this complete: a table that is not named here, or a column of text that is in none of its lists, fails it.
docs/privacy.md is written from it, and /privacy shows its summary.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, Column, LargeBinary, String, Table

from expertise.base.database import Model
from expertise.base.striking import Written, know

# Of whom.
WHOSE = {
    "outside": _("people outside"),
    "staff": _("our staff"),
    "both": _("people outside and our staff"),
    "nobody": _("nobody in particular"),
}
# What for.
PURPOSES = {
    "relations": _("So that a relation does not end when somebody of us moves on"),
    "memory": _("So that a successor finds what the post knows"),
    "postings": _("To know who held which position when"),
    "access": _("To let people in, and nobody else"),
    "typing": _("So that nothing that somebody typed is lost"),
    "finding": _("To find again, and to see what cannot be found"),
    "telling": _("To tell people what waits for them"),
    "knowing": _("To find who knows about a theme"),
    "pilots": _("To judge whether a pilot works, by groups"),
    "rotation": _("To prepare a transfer round"),
    "importing": _("To look at a file before it is taken in"),
    "answering": _("To be able to tell who did what"),
    "running": _("To keep the installation running"),
}
# How long.
TERMS = {
    "contact": _(
        "until the end of the third year after the last contact; then it is listed, and half a year later it goes"
    ),
    "record": _("as long as the record that it is part of; who wrote it becomes a former colleague"),
    "service": _("as long as they serve; after that on request"),
    "account": _("as long as the account"),
    "session": _("until signing out, or until nobody used it for the time that is set"),
    "days": _("a day"),
    "draft": _("until it is saved, or until nobody went on with it for the time that is set"),
    "month": _("a month"),
    "half_year": _("half a year"),
    "ten": _("the last ten"),
    "always": _("as long as the installation; it holds no texts"),
}


@dataclass(frozen=True)
class Holding:
    """What a table holds. Columns of text are in one of these lists; others are references, days, figures, states."""

    table: str
    whose: str
    purpose: str
    term: str
    said: tuple[str, ...] = ()  # who somebody is, and how to reach them
    texts: tuple[str, ...] = ()  # in which people write freely: may name anybody
    secrets: tuple[str, ...] = ()  # never given to anybody
    codes: tuple[str, ...] = ()  # out of a list, or names of things
    people: tuple[str, ...] = ()  # ids of people or accounts that are no foreign keys
    goes: tuple[str, ...] = ()  # the row goes with the person whom this column names; else they become nameless
    found_as: tuple[str, str] | None = None
    drop: bool = False
    by_room: bool = False

    @property
    def of(self) -> Table:
        """The table itself."""
        return Model.metadata.tables[self.table]

    def kind_of(self, column: Column[object]) -> str:
        """What a column is: person, said, text, secret, code, reference or fact; empty where nobody said it."""
        if column.name in self.person_columns:
            return "person"
        for kind, listed in (("said", self.said), ("text", self.texts), ("secret", self.secrets), ("code", self.codes)):
            if column.name in listed:
                return kind
        if column.name == "id" or column.name.endswith("_id") or column.foreign_keys:
            return "reference"
        return "" if isinstance(column.type, String | JSON | LargeBinary) else "fact"

    @property
    def person_columns(self) -> dict[str, str]:
        """Columns that name a person or an account, and which of the two."""
        named = {one: "account" if one.startswith("account") else "person" for one in self.people}
        for column in self.of.columns:
            for key in column.foreign_keys:
                if key.column.table.name in ("person", "account"):
                    named[column.name] = key.column.table.name
        return named


def _holding(table: str, whose: str, purpose: str, term: str, **lists: object) -> Holding:
    split = {name: tuple(one.split()) if isinstance(one, str) else one for name, one in lists.items()}
    # Which list is which is told by its name alone.
    return Holding(table, whose, purpose, term, **split)  # type: ignore[arg-type]


_NOTE = ("handover", "handover_id")
_H = _holding
HOLDINGS = (
    # What we know of people outside.
    _H("contact", "outside", "relations", "contact", said="name name_key email phone country languages external_id",
       texts="role notes purpose source objection", codes="kind lawful_basis", found_as=("contact", "id")),
    _H("contact_word", "outside", "relations", "contact", said="word"),
    _H("contact_role", "outside", "relations", "contact", texts="title place", codes="starts_precision ends_precision"),
    _H("contact_assistant", "outside", "relations", "contact"),
    _H("contact_merge", "both", "relations", "contact", texts="moved"),
    _H("keeping", "outside", "relations", "contact", texts="sensitivities how_to_reach",
       codes="relation sensitive_reach"),
    _H("interaction", "both", "relations", "contact", texts="summary follow_up", codes="kind"),
    _H("interaction_contact", "outside", "relations", "contact"),
    _H("contact_upload", "both", "importing", "days", texts="name report", secrets="content", goes="person_id"),
    # What a post knows.
    _H("dossier", "both", "memory", "record",
       texts="title summary objectives state_of_play line_to_take line_cleared_by"
       " next_step next_step_by", codes="external_id language status reach marking", found_as=("dossier", "id")),
    _H("dossier_revision", "both", "memory", "record", texts="content"),
    _H("dossier_contact", "outside", "memory", "record"),
    _H("dossier_domain", "nobody", "memory", "record"),
    _H("dossier_post", "nobody", "memory", "record"),
    _H("dossier_share", "nobody", "memory", "record"),
    _H("dossier_reader", "nobody", "memory", "record", codes="token"),
    _H("dossier_pointer", "staff", "memory", "record", texts="system reference", codes="marking"),
    _H("stewardship", "nobody", "memory", "record"),
    _H("entry", "both", "memory", "record", texts="title body to_whom tags",
       codes="external_id kind date_precision language outcome", found_as=("entry", "id")),
    _H("entry_revision", "both", "memory", "record", texts="content"),
    _H("entry_domain", "nobody", "memory", "record"),
    _H("file", "both", "memory", "record", texts="name", codes="owner_kind kind sha256 refused", found_as=("file",
       "id")),
    _H("file_content", "both", "memory", "record", texts="text", codes="sha256 state language", by_room=True),
    _H("question", "both", "memory", "record", texts="title body answer", codes="language state",
       found_as=("question", "id")),
    _H("question_step", "both", "memory", "record", texts="why", codes="way outcome", found_as=("question",
       "question_id")),
    # Handovers.
    _H("handover", "both", "memory", "record", texts="situation_line reachable_how advice tips differently"
       " achievements obstacles to_headquarters to_domain",
       codes="language marking situation content_hash", found_as=("handover", "id")),
    _H("handover_dossier", "both", "memory", "record",
       texts="partners budget difficulties contingency opposition tried_failed",
       codes="confidence", found_as=_NOTE),
    _H("handover_commitment", "staff", "memory", "record"),
    _H("handover_relation", "both", "memory", "record", texts="why", codes="plan", found_as=_NOTE),
    _H("section_text", "both", "memory", "record", texts="text", found_as=_NOTE),
    _H("section_revision", "both", "memory", "record", texts="content", codes="item"),
    _H("week_one_item", "both", "memory", "record", texts="text", found_as=_NOTE),
    _H("frozen", "both", "memory", "record", texts="reason content", by_room=True),
    _H("frozen_dossier", "nobody", "memory", "record"),
    _H("read_back", "both", "memory", "record", texts="text correction", found_as=_NOTE),
    _H("receipt", "staff", "memory", "record"),
    _H("heir", "nobody", "memory", "record"),
    _H("struck", "nobody", "answering", "record", codes="old_hash new_hash"),
    _H("reminded", "staff", "telling", "service", codes="kind", goes="person_id"),
    _H("remark", "both", "memory", "record", texts="text"),
    _H("scoring", "staff", "memory", "record", texts="missed"),
    _H("score", "staff", "memory", "record"),
    _H("brought_in", "both", "memory", "record", texts="name", codes="sha256"),
    _H("piece", "both", "memory", "record", texts="title text", codes="source proposed target state"),
    _H("calendar_key", "staff", "telling", "account", secrets="key_hash", goes="account_id"),
    # Who sits where.
    _H("person", "staff", "postings", "service", said="external_id name given_name family_name email phone",
       found_as=("person", "id")),
    _H("post", "nobody", "postings", "record", codes="external_id code name_nl name_en kind country city time_zone"),
    _H("position", "both", "postings", "record", texts="portfolio point_of_contact",
       codes="external_id title_nl title_en languages"),
    _H("posting", "staff", "postings", "record", codes="external_id starts_precision ends_precision status"),
    _H("duty", "both", "postings", "record", texts="name when_where purpose focal_point"),
    _H("absence", "staff", "postings", "service", goes="person_id"),
    _H("alias", "nobody", "running", "record", codes="kind word"),
    # Coming in.
    _H("account", "staff", "access", "service", said="email",
       secrets="password_hash invitation_hash second_sealed organisation_hash", codes="role language theme mail",
       goes="person_id"),
    _H("signed_in", "staff", "access", "session", said="address device", secrets="token_hash", goes="account_id"),
    _H("recovery_code", "staff", "access", "account", secrets="code_hash", goes="account_id"),
    _H("access_token", "staff", "access", "account", texts="name", secrets="token_hash", goes="account_id"),
    _H("sign_in_failure", "both", "access", "days", said="email_hash address"),
    _H("draft", "both", "typing", "draft", texts="fields", codes="address", goes="account_id"),
    # Finding and telling.
    _H("recent_search", "both", "finding", "ten", texts="text", goes="person_id", drop=True),
    _H("search_miss", "both", "finding", "half_year", texts="words", drop=True),
    _H("vocabulary_pair", "both", "finding", "record", texts="example target_example",
       codes="language term word target_language target_term target_word state before"),
    _H("watched_search", "both", "telling", "service", texts="text", codes="filters known fresh told", goes="person_id",
       drop=True),
    _H("watch", "staff", "telling", "service", goes="person_id"),
    _H("outgoing", "staff", "telling", "month", codes="kind state why", people="account_id", goes="account_id"),
    # Themes, and who knows about them.
    _H("domain", "nobody", "knowing", "record", texts="description", codes="external_id code name_nl name_en name_fr",
       found_as=("domain", "id")),
    _H("domain_alias", "nobody", "knowing", "record", codes="word"),
    _H("domain_term", "nobody", "knowing", "record", codes="language term"),
    _H("domain_keeper", "staff", "knowing", "service", goes="person_id"),
    _H("position_domain", "nobody", "knowing", "record"),
    _H("expertise_claim", "staff", "knowing", "service", texts="title evidence",
       codes="kind code level reading speaking",
       goes="person_id"),
    _H("expertise_endorsement", "staff", "knowing", "service", texts="note", goes="by_id"),
    _H("expertise_hidden", "staff", "knowing", "service", codes="key", goes="person_id"),
    _H("expertise_objection", "staff", "knowing", "service", codes="scope", goes="person_id"),
    # Pilots and transfer rounds.
    _H("pilot", "staff", "pilots", "record", texts="name question domain_definition inclusion_rule comparison_rule",
       codes="slug indicator direction comparison"),
    _H("pilot_step", "nobody", "pilots", "record", texts="text assumption evidence", codes="step"),
    _H("participant", "staff", "pilots", "record", texts="mentor training reason", codes="role"),
    _H("amendment", "staff", "pilots", "record", texts="old new reason", codes="field"),
    _H("milestone", "nobody", "pilots", "record", texts="name"),
    _H("evaluation", "both", "pilots", "record", texts="by found advised"),
    _H("measure", "nobody", "pilots", "record", texts="name definition source", codes="unit baseline target"),
    _H("measurement", "nobody", "pilots", "record", texts="note", codes="value"),
    _H("decision", "both", "pilots", "record", texts="by reasons formalised", codes="kind verdict"),
    _H("transfer_round", "nobody", "rotation", "record", texts="name"),
    _H("proposal", "staff", "rotation", "record", texts="name note reason"),
    _H("move", "staff", "rotation", "record"),
    _H("intake_file", "staff", "importing", "days", texts="name report", codes="kind", secrets="content",
       goes="person_id"),
    _H("round_upload", "staff", "importing", "days", texts="name report", secrets="content", goes="person_id"),
    # What runs the installation.
    _H("event", "staff", "answering", "always", said="address", codes="action object_kind result details link",
       secrets="address_key stamp", people="person_id account_id"),
    _H("replaced", "both", "pilots", "record", texts="facts", codes="kind"),
    _H("erasure", "nobody", "answering", "always", codes="kind how"),
    _H("job_run", "nobody", "running", "always", codes="name leased_by result why"),
    _H("sent_form", "nobody", "typing", "days", secrets="mark", codes="led_to"),
    _H("outbox", "nobody", "running", "days", codes="kind"),
)  # fmt: skip
BY_TABLE = {one.table: one for one in HOLDINGS}

know(Written(one.table, one.texts, one.found_as, drop=one.drop, by_room=one.by_room) for one in HOLDINGS if one.texts)


def as_markdown() -> str:
    """docs/privacy.md: a row per column."""
    lines = [
        "# What is kept of people",
        "",
        "Every column of every table, out of `expertise/privacy/holdings.py`; written by `expertise privacy columns`.",
        "*said*: who somebody is or how to reach them · *text*: people write freely here, so it may name anybody ·",
        "*person*: the id of one of us · *secret*: given to nobody · the rest are codes, references and facts.",
        "",
        "| column | what | of whom | what for | how long |",
        "|---|---|---|---|---|",
    ]
    for one in sorted(HOLDINGS, key=lambda one: one.table):
        for column in one.of.columns:
            told = [one.kind_of(column), WHOSE[one.whose], PURPOSES[one.purpose], TERMS[one.term]]
            lines.append(f"| {one.table}.{column.name} | {' | '.join(map(str, told))} |")
    return "\n".join(lines) + "\n"


def summary() -> list[tuple[str, list[str], list[str]]]:
    """What for, of whom and how long, a row per purpose; as keys of the words above."""
    rows = []
    for purpose in PURPOSES:
        held = [one for one in HOLDINGS if one.purpose == purpose and one.whose != "nobody"]
        if held:
            kinds = {one.whose for one in held}
            whose = ["both"] if "both" in kinds or len(kinds) > 1 else list(kinds)
            rows.append((purpose, whose, list(dict.fromkeys(one.term for one in held))))
    return rows
