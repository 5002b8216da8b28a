"""Every route, role and object: who gets in is what WHO says, and what is closed looks like what is not there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from expertise.base.database import begin, session
from expertise.base.findable import to_be_rebuilt
from expertise.files.views import SANDBOX
from tests.access import world as worlds
from tests.conftest import Browser, even
from tests.house.test_hostile import HEADERS
from tests.make import CAST, Cast

NOBODY = "nobody"
POLICY = "Content-Security-Policy"
SIGNED = frozenset(CAST)
ALL = SIGNED | {NOBODY}
Who = dict[str, frozenset[str]]
Shown = tuple[int, list[tuple[str, str]], str]


def _who(own: str, closed: str | None = None, foreign: str | None = None) -> Who:
    """Names by variant: an object of Geneva, a closed one of Geneva, a closed one of New York."""
    given = {"own": own, "closed": own if closed is None else closed, "foreign": own if foreign is None else foreign}
    return {variant: frozenset(names.split()) for variant, names in given.items()}


EVERYBODY = _who(" ".join(ALL))
STAFF = _who(" ".join(SIGNED))
HR_OR_ADMIN = _who("hr admin")
ADMIN = _who("admin")
# The personnel directorate (hr) has both closed dossiers shared with it; the head leads Geneva only.
READS_DOSSIER = _who(" ".join(SIGNED), "leaver head hr", "stranger hr")
CHANGES_DOSSIER = _who("leaver head", foreign="stranger")
# The note in New York was written by the leaver: who no longer reads a dossier no longer changes a word in it.
CHANGES_NOTE = CHANGES_DOSSIER
HOLDS_SEAT = _who("leaver", foreign="stranger")
# Own and foreign: notes that are being written. Closed: the frozen note of the predecessor, which Geneva reads.
READS_HANDOVER = _who("leaver successor", "predecessor leaver successor colleague head", "stranger")
WRITES_HANDOVER = _who("leaver", "", "stranger")
FREEZES_HANDOVER = _who("leaver head", "", "stranger")
RECEIVES_HANDOVER = _who("successor", "leaver successor", "")
LEFT_IT = _who("leaver", "predecessor", "stranger")
NOBODY_AT_ALL = _who("")
SAYS_WHO_STANDS_IN = _who("leaver head hr admin", foreign="stranger hr admin")

# Of whatever role: what somebody knows is theirs to say, and to object to.
OWN_EXPERTISE = _who("leaver", foreign="stranger")

# What each route is for, in the words above. A new route is added here by whoever adds it.
WHO: dict[str, Who] = {
    **dict.fromkeys(
        (
            "static",
            "health.healthz",
            "health.readyz",
            "health.metrics",  # of this machine, as the tests are
            "people.sign_in",
            "people.invitation",
            "privacy.notice",
            "guide.index",
            "guide.show",
        ),
        EVERYBODY,
    ),
    **dict.fromkeys(
        (
            *(
                "people.tokens_page",
                "home.desk",
                "people.account",
                "people.password",
                "people.end_session",
                *("people.prove", "people.second_factor", "people.begin_second_factor"),
                *("people.recovery_codes", "people.end_second_factor"),
                "people.sign_out",
            ),
            *("contacts.index", "contacts.show", "contacts.keep", "contacts.new", "contacts.alike", "contacts.log"),
            *("contacts.card", "contacts.code", "contacts.review", "contacts.not_the_same", "contacts.upload"),
            "contacts.network_of_post",
            *("domains.index", "domains.show", "posts.index", "posts.show", "posts.position", "posts.people"),
            *("posts.person", "search.results", "search.as_json", "search.beginnings", "search.forget"),
            "watching.watch_search",
            *("experts.profile", "experts.who", "experts.compare"),
            *(
                "dossiers.index",
                "dossiers.new",
                "dossiers.preview",
                "drafts.save",
                "drafts.keep",
                "drafts.token",
                "people.end_other_sessions",
                "watching.index",
                "pilots.mine",
                "questions.index",
                "questions.new",
                "questions.ask_position",
                "questions.ask_person",
            ),
        ),
        STAFF,
    ),
    **dict.fromkeys(
        (
            *("people.accounts", "people.manage", "people.close", "people.invite", "people.reopen"),
            *("people.new_account", "people.invitations", "people.mail_invitation", "people.withdraw", "people.roles"),
            "people.take_second_factor",
            *("admin.settings", "admin.system", "admin.audit"),
            *("search.vocabulary", "search.judge", "search.undo_judging", "search.new_pair"),
            "search.glossary_csv",
        ),
        ADMIN,
    ),
    **dict.fromkeys(
        (
            *(
                "domains.keepers",
                "domains.end_keeper",
                "domains.new",
                "domains.file_position",
                "people.change_person",
                "people.new_person",
            ),
            *("posts.abolish", "posts.change_position", "posts.place", "posts.restore", "posts.change_posting"),
            *("posts.end", "posts.change", "posts.close", "posts.new_position", "posts.reopen", "posts.new"),
            *("posts.merge_position", "posts.merge_post", "admin.index"),
            *("intake.index", "intake.choose", "intake.empty_table", "intake.seed"),
        ),
        HR_OR_ADMIN,
    ),
    **dict.fromkeys(
        (
            *("contacts.edit", "contacts.keeping", "contacts.let_go", "contacts.roles", "contacts.drop_role"),
            *("contacts.assistants", "contacts.drop_assistant", "contacts.longer", "contacts.objection"),
            *("contacts.merge", "contacts.undo_merge", "contacts.trial", "contacts.report_csv", "contacts.to_mend"),
            "contacts.interaction",
            *("contacts.take_back", "contacts.took_place", "contacts.followed_up"),
            *("posts.new_duty", "posts.change_duty", "posts.drop_duty"),
        ),
        HOLDS_SEAT,
    ),
    **dict.fromkeys(
        (
            *("dossiers.show", "dossiers.revisions", "dossiers.entry", "dossiers.entry_revisions"),
            *("dossiers.new_entry", "dossiers.new_pointer", "watching.watch", "dossiers.network"),
            "questions.ask_dossier",
            *("files.adding", "files.add", "files.show", "files.content", "files.picture"),
        ),
        READS_DOSSIER,
    ),
    **dict.fromkeys(
        (
            *("dossiers.edit", "dossiers.verify", "dossiers.status", "dossiers.restore", "dossiers.keeping"),
            *("dossiers.give", "dossiers.end", "dossiers.reach", "dossiers.share", "dossiers.unshare"),
            *("dossiers.file", "dossiers.drop_pointer", "files.remove"),
        ),
        CHANGES_DOSSIER,
    ),
    **dict.fromkeys(("dossiers.edit_entry", "dossiers.restore_entry", "dossiers.settle"), CHANGES_NOTE),
    # The leaver and the stranger are named as its keepers.
    **dict.fromkeys(("domains.change", "domains.merge"), _who("hr admin leaver stranger")),
    # Asked of the leaver by the stranger; of the leaver by the head; of the stranger by HR.
    "questions.show": _who(" ".join(SIGNED), "leaver head hr", "stranger hr"),
    "questions.answer": _who("leaver head", "leaver", "stranger"),
    **dict.fromkeys(("questions.pass_on", "questions.decline"), HOLDS_SEAT),
    **dict.fromkeys(("questions.put_to_next", "questions.withdraw"), _who("stranger", "head", "hr")),
    **dict.fromkeys(
        ("questions.writing_list", "questions.strike_out"), _who("leaver colleague head", foreign="stranger")
    ),
    # Somebody keeps each of them.
    "dossiers.take_up": NOBODY_AT_ALL,
    **dict.fromkeys(
        (
            *("experts.declare", "experts.change", "experts.drop", "experts.hide", "experts.show_again"),
            *("experts.objection", "experts.export"),
        ),
        OWN_EXPERTISE,
    ),
    "experts.endorse": {name: SIGNED - OWN_EXPERTISE[name] for name in OWN_EXPERTISE},
    "experts.withdraw": _who("leaver colleague", foreign="stranger colleague"),
    # Nobody watches any of them.
    "watching.stop": NOBODY_AT_ALL,
    # Nobody but who made it, of whatever role.
    "people.revoke_token": _who("leaver", foreign="stranger"),
    # Nobody but its watcher, of whatever role.
    "watching.stop_search": _who("leaver", foreign="stranger"),
    # What is like a dossier is for whoever reads it.
    "search.alike": READS_DOSSIER,
    **dict.fromkeys(("posts.absence", "posts.end_absence"), SAYS_WHO_STANDS_IN),
    **dict.fromkeys(("contacts.privacy", "contacts.give_copy", "contacts.erase"), _who("privacy")),
    **dict.fromkeys(("privacy.people", "privacy.person", "privacy.give_copy", "privacy.erase"), _who("privacy")),
    "contacts.after_rotation": _who("hr"),
    # Who oversees nothing is led on to where a seat comes free, which is for all staff.
    **dict.fromkeys(("rotation.board", "rotation.openings"), STAFF),
    **dict.fromkeys(("rotation.board_csv", "rotation.board_calendar", "rotation.at_risk"), _who("head hr")),
    **dict.fromkeys(
        (
            *("rotation.rounds", "rotation.new_round", "rotation.show_round", "rotation.show_proposal"),
            *("rotation.change_round", "rotation.rename_proposal"),
            *("rotation.drop_proposal", "rotation.moves_csv", "rotation.new_move", "rotation.withdraw"),
            *("rotation.take_over", "rotation.upload"),
        ),
        _who("hr"),
    ),
    # Two proposals of one round, named in the address: without them there is nothing to compare.
    "rotation.compare": NOBODY_AT_ALL,
    # Whoever put the file there: the one in New York is not theirs.
    **dict.fromkeys(
        (
            "rotation.trial",
            "rotation.report_csv",
            "rotation.to_mend",
            "intake.trial",
            "intake.report_csv",
            "intake.to_mend",
        ),
        _who("hr", foreign=""),
    ),
    **dict.fromkeys(
        (
            *("pilots.index", "pilots.show", "pilots.report_file", "pilots.new", "pilots.change", "pilots.fix"),
            *("pilots.chain", "pilots.people", "pilots.add_person", "pilots.change_person", "pilots.strike_person"),
            *("pilots.add_milestone", "pilots.reach_milestone", "pilots.add_evaluation", "pilots.add_measure"),
            *("pilots.add_measurement", "pilots.decide"),
        ),
        _who("hr"),
    ),
    **dict.fromkeys(("handovers.show", "handovers.introductions_of"), READS_HANDOVER),
    "handovers.introduced": _who("leaver successor", "predecessor leaver successor", "stranger"),
    # The contact is not in the note of years ago, which nobody has a letter for.
    "handovers.letter": _who("leaver successor", "", "stranger"),
    # Nobody but its writer, of whatever role.
    "drafts.throw_away": _who("leaver", foreign="stranger"),
    **dict.fromkeys(("handovers.take_along", "handovers.changes"), READS_HANDOVER),
    # Beside a frozen note only.
    "handovers.remark": _who("", "predecessor leaver successor head", ""),
    **dict.fromkeys(("handovers.heirs", "handovers.drop_heir"), _who("leaver head", "head", "stranger")),
    "handovers.blocked": _who("head", foreign=""),
    # Not the head, and not the post.
    "handovers.lessons": _who("leaver", "predecessor leaver successor", "stranger"),
    "handovers.scores": HR_OR_ADMIN,
    **dict.fromkeys(("handovers.calendar_page", "handovers.open_calendar", "handovers.close_calendar"), STAFF),
    # Whoever has the secret address.
    # There is none where no provider is set; tests/people/test_organisation.py has one.
    **dict.fromkeys(("people.organisation_out", "people.organisation_back", "people.organisation_sign_out"), _who("")),
    # Leads whoever typed no right password just now to where that is done; tests/people/test_second_factor.py did.
    "people.second_step": _who(""),
    "handovers.calendar_feed": EVERYBODY,
    # Who may freeze it and not read it is led on to the page where that is done.
    "handovers.of_posting": {name: READS_HANDOVER[name] | FREEZES_HANDOVER[name] for name in READS_HANDOVER},
    **dict.fromkeys(
        (
            *("handovers.start", "handovers.edit", "handovers.edit_section", "handovers.edit_dossier"),
            *("handovers.sign", "handovers.open_again"),
            *("handovers.section_history", "handovers.dossier_history"),
            *("handovers.restore_section", "handovers.restore_dossier_item"),
            *("handovers.sign", "handovers.open_again", "handovers.importing", "handovers.bring_in"),
            *("handovers.tray_of", "handovers.place", "handovers.drop", "handovers.drop_rest", "handovers.take_back"),
        ),
        WRITES_HANDOVER,
    ),
    **dict.fromkeys(("handovers.freeze", "handovers.freeze_unwritten"), FREEZES_HANDOVER),
    **dict.fromkeys(("handovers.receive", "handovers.read_back", "handovers.score"), RECEIVES_HANDOVER),
    **dict.fromkeys(("handovers.confirm", "handovers.correct"), LEFT_IT),
}
# What programs ask has the rights of the pages that say the same.
_AS = {
    "api.description": EVERYBODY,
    **dict.fromkeys(
        (
            *("api.me", "api.search", "api.experts", "api.posts", "api.post", "api.people", "api.person"),
            *("api.domains", "api.domain", "api.dossiers", "api.contacts", "api.contact", "api.handovers"),
            "api.new_dossier",
        ),
        STAFF,
    ),
    **dict.fromkeys(("api.dossier", "api.entries", "api.entry", "api.new_entry"), READS_DOSSIER),
    "api.edit_dossier": CHANGES_DOSSIER,
    "api.edit_entry": CHANGES_NOTE,
    "api.handover": READS_HANDOVER,
    "api.rotation": _who("head hr"),
}
WHO |= _AS
# What must be sent for the right to be what decides.
SENT: dict[str, dict[str, str]] = {
    "dossiers.file": {"what": "posts"},
    "experts.hide": {"key": "entry:none"},
    "experts.objection": {"scope": "observed"},
    "people.tokens_page": {"name": "", "days": "30"},
    "api.new_dossier": {"title": "By a program"},
    "api.new_entry": {"title": "By a program"},
}
# Of each sort one who may not: elsewhere, not yet there, in charge, and with a role of another kind.
OUTSIDERS = frozenset({"stranger", "successor", "head", "privacy"})
# To end a session that is not one's own, or not there, does nothing and says the same as ending one's own.
SILENT = {"people.end_session"}
METHODS = ("GET", "POST", "PATCH")


@dataclass
class Matrix:
    """The world, and everybody at their browser."""

    app: Flask
    world: worlds.World
    browsers: dict[str, Browser]
    tokens: dict[str, str]
    programs: dict[str, str]  # with what a program of each comes in
    missing: dict[tuple[str, str, str], Shown] = field(default_factory=dict)  # how what is not there looks to somebody

    def ask(self, who: str, rule: Rule, method: str, variant: str) -> TestResponse:
        """One answer, which carries the headers that every answer carries."""
        answer = self._ask(who, rule, method, variant)
        said = {name: answer.headers.get(name) for name in HEADERS}
        # What a stranger sent may do nothing at all, on our pages or on its own.
        boxed = rule.endpoint.startswith("files.") and said[POLICY] == SANDBOX
        assert said | ({POLICY: HEADERS[POLICY]} if boxed else {}) == HEADERS, (who, method, rule.rule)
        return answer

    def _ask(self, who: str, rule: Rule, method: str, variant: str) -> TestResponse:
        built = rule.build(self.world.values(rule, variant), append_unknown=False)
        assert built
        if rule.endpoint.startswith("api."):
            sent = None if method == "GET" else {"version": 1, **SENT.get(rule.endpoint, {})}
            headers = {"Authorization": f"Bearer {self.programs[who]}"} if who in self.programs else {}
            if method == "POST" and sent:
                sent.pop("version")
            return self.browsers[who].client.open(built[1], method=method, json=sent, headers=headers, buffered=True)
        data = None if method == "GET" else {"csrf_token": self.tokens[who], **SENT.get(rule.endpoint, {})}
        return self.browsers[who].client.open(built[1], method=method, data=data, buffered=True)

    def looks_missing(self, answer: TestResponse, who: str, rule: Rule, method: str, variant: str) -> bool:
        """Whether this answer had to be, to the last byte, that of what is not there; it fails where it is not."""
        closed = who in OUTSIDERS and who not in WHO[rule.endpoint][variant]
        if not closed or not rule.arguments or rule.endpoint in SILENT | {"static"}:
            return False
        if is_over(answer, rule, who, variant):
            if answer.location:
                # What it is told there must not stand on the next page.
                self.browsers[who].get(answer.location)
            return False
        key = (who, rule.rule, method)
        if key not in self.missing:
            self.missing[key] = shown(self.ask(who, rule, method, "missing"))
        assert shown(answer) == self.missing[key], (method, rule.rule, variant, who)
        return True

    def variants(self, rule: Rule) -> list[str]:
        """Those that differ for this route."""
        found: dict[str, str] = {}
        for variant in ("own", "closed", "foreign"):
            found.setdefault(repr(self.world.values(rule, variant)), variant)
        return list(found.values())


@pytest.fixture
def matrix(app: Flask, cast: Cast, browser_of: Callable[[str], Browser]) -> Matrix:
    with app.app_context(), app.test_request_context():
        begin("write")
        world = worlds.make_world(cast)
        session().commit()
    browsers = {who: browser_of(who) for who in sorted(ALL)}
    tokens = {who: browser.token() for who, browser in browsers.items()}
    with app.app_context():
        worlds.add_sessions(world)
        session().rollback()
    with app.app_context(), app.test_request_context():
        begin("write")
        programs = worlds.add_programs(cast, world)
        session().commit()
    return Matrix(app, world, browsers, tokens, programs)


def is_over(answer: TestResponse, rule: Rule, who: str, variant: str) -> bool:
    """Who wrote a note or might have frozen it, and may read it now that it is frozen, is told that it is over."""
    whose = WHO[rule.endpoint]
    might = (
        {"predecessor"} if whose is WRITES_HANDOVER else {"predecessor", "head"} if whose is FREEZES_HANDOVER else set()
    )
    return variant == "closed" and who in might and answer.status_code in (303, 409)


def outcome(answer: TestResponse, rule: Rule, who: str, variant: str) -> str:
    """in, or out; anything that fails is said as it is."""
    if answer.status_code >= 500:
        return str(answer.status_code)
    if is_over(answer, rule, who, variant):
        return "out"
    to_sign_in = (answer.location or "").startswith("/sign-in") and (
        who == NOBODY or rule.endpoint != "people.sign_out"
    )
    return "out" if to_sign_in or answer.status_code in (401, 404) else "in"


def cases(matrix: Matrix, method: str) -> Iterator[tuple[Rule, str]]:
    for rule, one in worlds.routes(matrix.app):
        if one == method:
            for variant in matrix.variants(rule):
                yield rule, variant


def test_every_route_says_who_it_is_for(app: Flask) -> None:
    unknown = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - WHO.keys())
    assert not unknown, f"say in WHO (tests/access/test_matrix.py) who may: {unknown}"
    assert not WHO.keys() - {rule.endpoint for rule in app.url_map.iter_rules()}


def test_who_gets_in_to_read_is_who_should_and_what_is_closed_looks_like_what_is_not_there(matrix: Matrix) -> None:
    deviations, asked, compared = [], 0, 0
    for rule, variant in cases(matrix, "GET"):
        for who in sorted(ALL):
            answer = matrix.ask(who, rule, "GET", variant)
            got = outcome(answer, rule, who, variant)
            if got != ("in" if who in WHO[rule.endpoint][variant] else "out"):
                deviations.append((rule.rule, variant, who, got))
            asked += 1
            compared += matrix.looks_missing(answer, who, rule, "GET", variant)
    assert deviations == []
    assert asked > 700
    assert compared > 150


def test_who_gets_in_to_change_is_who_should_and_nobody_else_changes_a_thing(matrix: Matrix) -> None:
    with matrix.app.app_context():
        before = worlds.Kept(matrix.app)
    deviations, asked, compared = [], 0, 0
    # First all who should be refused: after them the database is what it was.
    changing = [(rule, method, variant) for method in METHODS[1:] for rule, variant in cases(matrix, method)]
    for rule, method, variant in changing:
        for who in sorted(ALL - WHO[rule.endpoint][variant]):
            answer = matrix.ask(who, rule, method, variant)
            got = outcome(answer, rule, who, variant)
            deviations += [(rule.rule, variant, who, got)] if got != "out" else []
            asked += 1
            compared += matrix.looks_missing(answer, who, rule, method, variant)
    assert deviations == []
    assert compared > 150
    with matrix.app.app_context():
        assert worlds.content() == before.content
    # What is changed is put back at once: nobody searches for it.
    with to_be_rebuilt():
        for rule, method, variant in changing:
            for who in sorted(WHO[rule.endpoint][variant]):
                if rule.endpoint == "people.sign_out":
                    # Whoever did is out of the rest of this test; tests/people tells what comes of it.
                    continue
                answer = matrix.ask(who, rule, method, variant)
                got = outcome(answer, rule, who, variant)
                deviations += [(rule.rule, variant, who, got)] if got != "in" else []
                asked += 1
                if answer.status_code < 400:
                    with matrix.app.app_context():
                        before.put_back()
    assert deviations == []
    assert asked > 1000


def shown(answer: TestResponse) -> Shown:
    """Status, headers and body, without the address that was asked for and the length that comes of it."""
    headers = [(name, value) for name, value in answer.headers if name != "Content-Length"]
    return answer.status_code, headers, even(answer.text, answer.request.path)


def test_what_is_missing_is_missing_for_whoever_may_do_all_the_rest(matrix: Matrix) -> None:
    for rule, method in worlds.routes(matrix.app):
        if not rule.arguments or rule.endpoint in SILENT:
            continue
        for who in ("admin", "leaver"):
            assert matrix.ask(who, rule, method, "missing").status_code == 404, (method, rule.rule, who)
