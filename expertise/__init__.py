"""Expertise keeps what a post knows when its people rotate. Here the rooms are put together."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, current_app, has_request_context, request, session, url_for
from flask_babel import gettext as _
from flask_compress import Compress
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from expertise import (
    admin,
    api,
    contacts,
    domains,
    dossiers,
    drafts,
    experts,
    files,
    guide,
    handovers,
    health,
    home,
    intake,
    people,
    pilots,
    posts,
    privacy,
    questions,
    rotation,
    search,
    watching,
)
from expertise.access import gate, pace, rules
from expertise.access.viewer import NOBODY, Viewer
from expertise.audit import sealing
from expertise.audit.service import record_apart
from expertise.base import database, i18n, logs, mail, metrics, pages, schema, signed, static
from expertise.base.again import Again
from expertise.base.jobs import set_up as set_up_jobs
from expertise.contacts import findable as contacts_findable
from expertise.domains import findable as domains_findable
from expertise.domains.queries import vocabulary, vocabulary_stamp
from expertise.dossiers import findable as dossiers_findable
from expertise.experts import findable as experts_findable
from expertise.files import findable as files_findable
from expertise.files import keeping
from expertise.files import wiring as files_wiring
from expertise.guide.topics import topic_for
from expertise.handovers import findable as handovers_findable
from expertise.jobs import JOBS
from expertise.people import bearing, organisation, passwords, signing
from expertise.posts import findable as posts_findable
from expertise.posts.viewers import viewer_for
from expertise.questions import findable as questions_findable
from expertise.search import wiring
from expertise.search.service import drain

# What can be found, and where search gets it.
SOURCES = (
    *handovers_findable.SOURCES,
    *questions_findable.SOURCES,
    *dossiers_findable.SOURCES,
    *contacts_findable.SOURCES,
    *files_findable.SOURCES,
    # People stand with experts/, which adds what they declare.
    *(one for one in posts_findable.SOURCES if one.kind != "person"),
    *experts_findable.SOURCES,
    *domains_findable.SOURCES,
)
# What the values of a filter are called, and what somebody means who types a name behind it.
LABELS = {
    "post": posts_findable.post_names,
    "author": posts_findable.person_names,
    "domain": domains_findable.names,
    "dossier": dossiers_findable.names,
}
# What became of values that are no more, so that old links and watched searches still mean the same.
RENAMED = {"post": posts_findable.post_codes_now, "domain": domains_findable.codes_now}
LOOKUPS = {
    "post": posts_findable.posts_called,
    "author": posts_findable.people_called,
    "domain": domains_findable.called,
    "dossier": dossiers_findable.called,
}
# Which rooms have pages.
ROOMS = (
    admin,
    api,
    contacts,
    domains,
    dossiers,
    drafts,
    experts,
    files,
    guide,
    handovers,
    health,
    home,
    intake,
    people,
    pilots,
    posts,
    privacy,
    questions,
    rotation,
    search,
    watching,
)
ROOT = Path(__file__).parent.parent


class NavItem(NamedTuple):
    """One entry of the top bar."""

    label: str
    url: str
    current: bool


def create_app(settings: config.Config | None = None) -> Flask:
    """The application, whole; raises config.BadSetting before anything is touched."""
    # What this process makes is for its own account alone: database, index, letters, files.
    os.umask(os.umask(0o077) | 0o077)
    settings = settings or config.load()
    logs.set_up(settings.log_level, as_json=settings.production)
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    if settings.proxies:
        # Without it every visitor would seem to come from the proxy, and one who guesses passwords would lock out all.
        trusted = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted)  # type: ignore[method-assign]
    _configure(app, settings)
    signed.set_up(app)
    database.set_up(app, settings.database_url, wait=settings.database_wait_seconds)
    sealing.set_up(app, settings.secret_key, settings.audit_head)
    app.wsgi_app = Again(app.wsgi_app, largest=app.config["MAX_CONTENT_LENGTH"])  # type: ignore[method-assign]
    i18n.set_up(app, _language)
    static.set_up(app)
    metrics.set_up(app)
    pages.set_up(app, secure=settings.production)
    gate.set_up(app, gate.Door(_load_viewer, _note_refusal, _follow_commit))
    pace.set_up(app, settings.requests_per_minute)
    csrf = CSRFProtect(app)
    Compress(app)
    signing.set_up(app)
    organisation.set_up(
        app,
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        name=settings.oidc_name,
    )
    set_up_jobs(app, JOBS)
    mail.set_up(app, mail.Post(settings.mail_url, settings.mail_from, settings.url))
    wiring.set_up(
        app,
        SOURCES,
        folder=settings.instance / "index",
        engine=settings.search_engine,
        labels=LABELS,
        lookups=LOOKUPS,
        renamed=RENAMED,
        terms=vocabulary,
        terms_stamp=vocabulary_stamp,
    )
    files_wiring.set_up(app, settings.files_url)
    app.context_processor(_page_context)
    for room in ROOMS:
        app.register_blueprint(room.bp)
    # Its routes count no cookie, so that nobody else's page can send anything there in somebody's name.
    csrf.exempt(api.bp)
    gate.check_needs(app)
    if not settings.production:
        with app.app_context():
            schema.ensure()
    return app


def _configure(app: Flask, settings: config.Config) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SETTINGS=settings,
        INSTANCE=settings.instance,
        TRUSTED_HOSTS=list(settings.hosts) or None,
        MAX_TEXT_BYTES=settings.max_text_kb * 1024,
        # The whole request and one form field: a text a little over the limit must reach the form, which explains.
        MAX_CONTENT_LENGTH=8 * settings.max_text_kb * 1024,
        MAX_FORM_MEMORY_SIZE=8 * settings.max_text_kb * 1024,
        MAX_FILE_BYTES=settings.max_file_mb * 1024 * 1024,
        # A file over the limit is read to its end (and kept nowhere), so that the form can say so.
        MAX_UPLOAD_BYTES=2 * settings.max_file_mb * 1024 * 1024 + 1024 * 1024,
        FILES_QUOTA_BYTES=settings.files_quota_mb * 1024 * 1024,
        # How long somebody waits while a file is looked at; after that it is looked at behind the request.
        FILE_CHECK_SECONDS=5.0,
        # A Word file that is brought in; with its pictures it is larger than any text.
        MAX_NOTE_FILE_BYTES=32 * 1024 * 1024,
        SESSION_HOURS=settings.session_hours,
        PASSWORDS=settings.passwords == "on",
        PASSWORD_HASHER=passwords.HASHER,
        SECOND_FACTOR=settings.second_factor,
        SESSION_DAYS=settings.session_days,
        SIGN_IN_FAILURES=settings.sign_in_failures,
        SIGN_IN_WAIT_MINUTES=settings.sign_in_wait_minutes,
        LEAKED_PASSWORDS=settings.leaked_passwords,
        INVITATION_DAYS=settings.invitation_days,
        DRAFT_DAYS=settings.draft_days,
        QUESTION_DAYS=settings.question_days,
        WORKS_COUNCIL=settings.works_council == "on",
        LANGUAGES=settings.languages,
        BABEL_DEFAULT_LOCALE=settings.languages[0],
        BABEL_TRANSLATION_DIRECTORIES=str(i18n.TRANSLATIONS),
        SESSION_COOKIE_NAME="__Host-expertise" if settings.production else "expertise",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A form may stay open all day: its token lasts as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"],
        COMPRESS_ALGORITHM=["br", "gzip"],
        # The highest levels cost more than they save on pages made once.
        COMPRESS_BR_LEVEL=5,
        COMPRESS_LEVEL=6,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _language() -> str:
    """The page's language: asked for now, chosen before, the account's, the browser's."""
    offered = current_app.config["LANGUAGES"]
    if not has_request_context():
        return _terminal_language()
    if gate.for_programs(request.endpoint):
        return _language_of_program(offered)
    asked = request.args.get("lang")
    if asked is not None and asked in offered:
        session["language"] = asked
        return asked
    chosen = session.get("language")
    if chosen in offered:
        return str(chosen)
    account = signing.present_account()
    if account is not None and account.language in offered:
        return str(account.language)
    return request.accept_languages.best_match(offered) or offered[0]


def _language_of_program(offered: Sequence[str]) -> str:
    """What it asks for, else that of the account for which it comes."""
    token = bearing.present()
    asked = request.accept_languages.best_match(offered)
    return asked or (token.account.language if token and token.account.language in offered else None) or offered[0]


def _terminal_language() -> str:
    """The command line speaks the operator's language."""
    return "nl" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("nl") else "en"


def _load_viewer() -> Viewer:
    return replace(_find_viewer(), address=request.remote_addr or "")


def _find_viewer() -> Viewer:
    if gate.for_programs(request.endpoint):
        token = bearing.look()
        return viewer_for(token.account, i18n.language()) if token else NOBODY
    signing.look_again()
    # Asked first and of everybody, so that ?lang= also holds on the page that a redirect leads to.
    language = i18n.language()
    account = signing.present_account()
    return viewer_for(account, language) if account else NOBODY


def _follow_commit() -> None:
    keeping.follow_up()
    drain()


def _note_refusal(viewer: Viewer, action: str, address: str) -> None:
    record_apart(viewer, action, address=address)


def _may(action: str, record: Any = None) -> bool:
    """Templates ask the same rule as the door and the verbs."""
    return rules.allowed(gate.viewer(), action, record)


def _navigation() -> list[NavItem]:
    room = (request.endpoint or "").partition(".")[0]
    if request.path.startswith("/admin"):
        room = "admin"
    places = [
        ("home", _("Desk"), "home.desk"),
        ("posts", _("Posts"), "posts.index"),
        ("dossiers", _("Dossiers"), "dossiers.index"),
        ("contacts", _("Contacts"), "contacts.index"),
        ("rotation", _("Rotation"), "rotation.board"),
        ("questions", _("Questions"), "questions.index"),
        ("experts", _("Who knows"), "experts.who"),
    ]
    if _may("pilot.read"):
        places.append(("pilots", _("Pilots"), "pilots.index"))
    if _may("person.privacy"):
        places.append(("privacy", _("Privacy"), "privacy.people"))
    if _may("office"):
        places.append(("admin", _("Administration"), "admin.index"))
    return [NavItem(label, url_for(endpoint), name == room) for name, label, endpoint in places]


def _page_context() -> dict[str, Any]:
    if not has_request_context():
        # A letter: it has no frame, no navigation and nobody who may press a button.
        return {"language": i18n.language()}
    viewer = gate.viewer()
    account = signing.present_account() if viewer.signed_in else None
    other = "en" if i18n.language() == "nl" else "nl"
    arguments = request.args.to_dict(flat=False) | {"lang": [other]}
    endpoint = request.endpoint or "home.desk"
    # What came back from an address that only takes forms cannot be opened there in another language.
    opens = request.url_rule is None or "GET" in (request.url_rule.methods or ())
    address = url_for(endpoint, **(request.view_args or {}) | arguments) if opens else None
    return {
        "may": _may,
        "viewer": viewer,
        "signed_in": viewer if viewer.signed_in else None,
        "nav": _navigation() if viewer.signed_in else [],
        "language": i18n.language(),
        "language_names": i18n.NAMES,
        "other_language_url": address,
        "other_language_name": i18n.NAMES[other],
        "theme": account.theme if account else "auto",
        "search_shortcut": account.search_shortcut if account else False,
        "help_topic": topic_for(request.endpoint),
        "search_query": request.args.get("q", "") if request.endpoint == "search.results" else "",
    }
