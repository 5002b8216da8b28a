"""Every setting of the product: name, meaning, default, and what a good value looks like.

Settings are environment variables `EXPERTISE_*`. A value that cannot be right stops the start and is
named; in production nothing is made up.
"""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

PREFIX = "EXPERTISE_"
LANGUAGES = ("nl", "en")


class BadSetting(Exception):
    """A setting that stops the start; says which, why, and what would do."""

    def __init__(self, name: str, why: str) -> None:
        """Name is the whole environment variable."""
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


def _choice(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"is {text!r}; it must be one of: {', '.join(allowed)}")
        return text

    return parse


def _number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"is {text!r}; it must be a whole number from {low} to {high}")
        return int(text)

    return parse


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _languages(text: str) -> tuple[str, ...]:
    asked = tuple(part.strip() for part in text.split(",") if part.strip())
    if not asked or any(one not in LANGUAGES for one in asked) or len(set(asked)) != len(asked):
        raise ValueError(f"is {text!r}; it must be a list out of: {', '.join(LANGUAGES)}")
    return asked


def _database_url(text: str) -> str:
    scheme = urlsplit(text).scheme
    if scheme not in ("sqlite", "postgresql"):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return text


def _secret(text: str) -> str:
    if len(text) < 32:
        raise ValueError("is shorter than 32 characters; make one with: openssl rand -hex 32")
    return text


def _secret_or_none(text: str) -> str:
    return _secret(text) if text else text


def _issuer(text: str) -> str:
    address = _web_address(text)
    local = urlsplit(address).hostname in ("localhost", "127.0.0.1")
    if address and not (address.startswith("https://") or local):
        raise ValueError("must begin with https://: who comes in is told over it")
    return address


def _files_url(text: str) -> Path:
    parts = urlsplit(text)
    if parts.scheme != "file":
        raise ValueError(f"is {text!r}; only a folder can hold files so far: file:///srv/expertise/files")
    if parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
        raise ValueError(f"is {text!r}; a folder is written with three slashes: file:///srv/expertise/files")
    return Path(unquote(parts.path))


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.strip() for part in text.split(",") if part.strip())
    if any("/" in host or " " in host for host in hosts):
        raise ValueError("is a list of host names, without http:// and without paths")
    return hosts


def _mail_url(text: str) -> str:
    parts = urlsplit(text)
    if not text:
        return text
    if parts.scheme == "file":
        if not parts.path.startswith("/") or parts.netloc:
            raise ValueError("names a folder from the root on: file:///srv/expertise/mail")
        return text
    try:
        good = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.path.strip("/") or parts.query:
        raise ValueError("must be smtp://user:password@host:port, smtps://... or file:///folder")
    return text


def _mail_from(text: str) -> str:
    _name, address = parseaddr(text)
    if text and (not address or "@" not in address or any(mark in text for mark in "\r\n")):
        raise ValueError("is not an address such as: Expertise <expertise@example.org>")
    return text


def _leaked(text: str) -> Path | None:
    """A list of SHA-1s in their order, as haveibeenpwned's downloader writes it."""
    if not text:
        return None
    path = _path(text)
    try:
        with path.open("rb") as lines:
            first = lines.readline(80)
    except OSError as why:
        raise ValueError(f"cannot be read: {why.strerror} ({path})") from None
    if not re.fullmatch(rb"[0-9A-F]{40}(:\d+)?\r?\n?", first):
        raise ValueError("is no list of SHA-1s in capitals, one a line and in order, such as haveibeenpwned's")
    return path


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise ValueError("must begin with https:// (or http://) and a host name")
    return text.rstrip("/")


def _without_password(text: str) -> str:
    """An address as it may be shown: who signs in, and not with what."""
    parts = urlsplit(text)
    if parts.password is None:
        return text
    rest = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username}:***@{rest}").geturl()


def _engine(text: str) -> str:
    found = _choice("whoosh", "tantivy")(text)
    if find_spec(found) is None:
        raise ValueError(f"is {text!r}, which is not installed; run: make setup EXTRAS={text}")
    return found


@dataclass(frozen=True)
class Setting:
    """One setting: how it is read and what README says of it."""

    name: str
    meaning: str
    default: str
    example: str
    parse: Callable[[str], Any] = field(default=str, repr=False)
    needed_in_production: bool = False
    show: Callable[[Any], str] | None = field(default=None, repr=False)  # as an administrator may see it; None: all

    @property
    def variable(self) -> str:
        """The name of the environment variable."""
        return PREFIX + self.name


SETTINGS = (
    Setting("ENV", "`local` makes up what is missing; `production` makes up nothing", "local", "production",
            _choice("local", "production")),
    Setting("INSTANCE", "folder for the database, the index and the files", "instance", "/srv/expertise", _path,
            needed_in_production=True),
    Setting("DATABASE_URL", "where the database is", "expertise.db (SQLite) in the instance",
            "postgresql://expertise@db/expertise", _database_url, show=_without_password),
    Setting("DATABASE_WAIT_SECONDS", "how long a save waits for others before it says so", "10", "20", _number(1, 120)),
    Setting("SECRET_KEY", "signs sessions and forms; at least 32 characters",
            "made in the instance when ENV is local", "openssl rand -hex 32", _secret, needed_in_production=True,
            show=lambda _value: "***"),
    Setting("HOSTS", "host names that requests may be addressed to; empty: any", "", "expertise.example.org", _hosts,
            needed_in_production=True),
    Setting("PROXIES", "how many proxies of yours stand in front and add X-Forwarded-For", "0", "1", _number(0, 5)),
    Setting("LANGUAGES", "languages on screen, the first is the default", "nl,en", "en,nl", _languages),
    Setting("SEARCH_ENGINE", "which engine searches: `whoosh`, or `tantivy` for a whole ministry",
            "whoosh", "tantivy", _engine),
    Setting("SESSION_HOURS", "a session without activity ends after so many hours", "12", "8", _number(1, 720)),
    Setting("SESSION_DAYS", "and any session after so many days, however busy", "14", "1", _number(1, 365)),
    Setting("SIGN_IN_FAILURES", "failed sign-ins per account before it waits", "8", "5", _number(3, 100)),
    Setting("SIGN_IN_WAIT_MINUTES", "how long a locked account or address waits", "15", "30", _number(1, 1440)),
    Setting("REQUESTS_PER_MINUTE", "what one account may ask in a minute (its programs as much again), of which a "
            "quarter searches and a twentieth files and long work; an address without a sign-in five times that; "
            "0: no limit", "1200", "600", _number(0, 1_000_000)),
    Setting("OIDC_ISSUER", "the organisation's own sign-in (OpenID Connect); empty: passwords alone", "",
            "https://login.example.org/realms/staff", _issuer),
    Setting("OIDC_CLIENT_ID", "as what this installation is known there", "", "expertise"),
    Setting("OIDC_CLIENT_SECRET", "with what it proves that there", "", "openssl rand -hex 32",
            show=lambda value: "***" if value else ""),
    Setting("PASSWORDS", "whether people may come in with a password; `off`: with the organisation's own sign-in alone",
            "on", "off", _choice("on", "off")),
    Setting("SECOND_FACTOR", "a code beside the password: `offered`, `required` of everybody who signs in with a "
            "password, or `off`", "offered", "required", _choice("offered", "required", "off")),
    Setting("OIDC_NAME", "what the button on the sign-in page calls it", "", "Rijksportaal"),
    Setting("METRICS_TOKEN", "bearer token for /metrics, at least 32 characters; empty: from this machine alone", "",
            "openssl rand -hex 32", _secret_or_none, show=lambda value: "***" if value else ""),
    Setting("LEAKED_PASSWORDS", "a file with the SHA-1s of passwords that leaked, in order, as haveibeenpwned's "
            "downloader writes it; none of them is taken; empty: compared with 30,000 common ones alone", "",
            "/srv/expertise/pwned.txt", _leaked, show=lambda value: value if value != "None" else ""),
    Setting("INVITATION_DAYS", "how long an invitation link works", "7", "3", _number(1, 60)),
    Setting("MAIL_URL", "how mail leaves: smtp://, smtps:// or file:///folder; empty: no mail is sent", "",
            "smtp://user:password@mail.example.org:587", _mail_url, show=_without_password),
    Setting("MAIL_FROM", "who mail is from", "Expertise <expertise@localhost>", "Expertise <expertise@example.org>",
            _mail_from),
    Setting("URL", "where this installation is opened, for links in mail; empty: the first of HOSTS, else local",
            "", "https://expertise.example.org", _web_address),
    Setting("DRAFT_DAYS", "a draft that rests is removed after so many days", "60", "30", _number(1, 3650)),
    Setting("QUESTION_DAYS", "a question that nobody answers goes up the chain after so many days", "10", "14",
            _number(1, 365)),
    Setting("WORKS_COUNCIL", "`on`: personnel sees nothing observed of persons and no order among them, reports "
            "count groups of five or more; `off` only where the works council agreed", "on", "off",
            _choice("on", "off")),
    Setting("MAX_TEXT_KB", "the largest text that a form takes, in kB", "1024", "2048", _number(64, 16384)),
    Setting("FILES_URL", "where attachments are kept: a folder", "files in the instance", "file:///srv/expertise/files",
            _files_url),
    Setting("MAX_FILE_MB", "the largest attachment, in MB", "25", "50", _number(1, 200)),
    Setting("FILES_QUOTA_MB", "how much attachments of one dossier, note, handover or contact may be together, in MB",
            "500", "2000", _number(1, 100000)),
    Setting("AUDIT_HEAD", "file in which the head of the chain of events is kept, outside the database",
            "audit.head in the instance", "/var/lib/expertise-audit/head", _path),
    Setting("LOG_LEVEL", "how much is logged", "info", "warning", _choice("debug", "info", "warning", "error")),
)  # fmt: skip


@dataclass(frozen=True)
class Config:
    """The settings as the product uses them."""

    env: str
    instance: Path
    database_url: str
    database_wait_seconds: int
    secret_key: str
    hosts: tuple[str, ...]
    proxies: int
    languages: tuple[str, ...]
    search_engine: str
    session_hours: int
    session_days: int
    sign_in_failures: int
    sign_in_wait_minutes: int
    requests_per_minute: int
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    passwords: str
    second_factor: str
    oidc_name: str
    metrics_token: str
    leaked_passwords: Path | None
    invitation_days: int
    mail_url: str
    mail_from: str
    url: str
    draft_days: int
    question_days: int
    works_council: str
    max_text_kb: int
    files_url: Path
    max_file_mb: int
    files_quota_mb: int
    audit_head: Path
    log_level: str
    given: frozenset[str] = frozenset()  # the variables that were set; the others have their defaults

    @property
    def production(self) -> bool:
        """True where nothing may be made up."""
        return self.env == "production"


def load(environ: Mapping[str, str] | None = None) -> Config:
    """Read all settings; raises BadSetting with the name of the first bad one."""
    environ = os.environ if environ is None else environ
    known = {setting.variable for setting in SETTINGS}
    for name in environ:
        if name.startswith(PREFIX) and name not in known and not name.startswith(PREFIX + "TESTS_"):
            raise BadSetting(name, f"is not a setting; there are: {', '.join(sorted(known))}")
    production = environ.get(PREFIX + "ENV", "local") == "production"
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        values[setting.name.lower()] = _read(setting, environ.get(setting.variable, ""), production=production)
    instance: Path = values["instance"]
    if instance.exists() and not instance.is_dir():
        raise BadSetting(PREFIX + "INSTANCE", f"{instance} is a file, not a folder")
    if production and not instance.is_dir():
        raise BadSetting(PREFIX + "INSTANCE", f"the folder {instance} does not exist")
    if not values["database_url"]:
        values["database_url"] = f"sqlite:///{instance / 'expertise.db'}"
    if not values["files_url"]:
        values["files_url"] = instance / "files"
    values["audit_head"] = _audit_head(values["audit_head"], instance)
    _check_together(values)
    if not values["secret_key"]:
        values["secret_key"] = _local_secret(instance)
    if not values["url"]:
        values["url"] = f"https://{values['hosts'][0]}" if values["hosts"] else "http://127.0.0.1:8000"
    given = frozenset(setting.variable for setting in SETTINGS if environ.get(setting.variable, "").strip())
    return Config(**values, given=given)


def _check_together(values: Mapping[str, Any]) -> None:
    """What is worth nothing alone."""
    signs_in_there = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    if any(values[one] for one in signs_in_there):
        for one in signs_in_there:
            if not values[one]:
                raise BadSetting(PREFIX + one.upper(), "is missing, and another EXPERTISE_OIDC_... is set")
    elif values["passwords"] == "off":
        raise BadSetting(PREFIX + "PASSWORDS", "is off, and no EXPERTISE_OIDC_ISSUER is set: nobody could come in")


def _audit_head(given: Path | str, instance: Path) -> Path:
    """Where the head of the chain is kept; a folder of its own must be there, because nobody else can make it."""
    path = Path(given or instance / "audit.head")
    if given and not os.access(path.parent, os.W_OK | os.X_OK):
        raise BadSetting(PREFIX + "AUDIT_HEAD", f"the folder {path.parent} does not exist, or cannot be written")
    if path.is_dir():
        raise BadSetting(PREFIX + "AUDIT_HEAD", f"{path} is a folder, not a file")
    return path


@dataclass(frozen=True)
class Shown:
    """A setting as an administrator may see it."""

    setting: Setting
    value: str
    secret: bool
    given: bool


def shown(settings: Config) -> list[Shown]:
    """Every setting with its present value, without what is secret."""
    rows = []
    for setting in SETTINGS:
        value = getattr(settings, setting.name.lower())
        text = ",".join(value) if isinstance(value, tuple) else str(value)
        visible = setting.show(text) if setting.show else text
        rows.append(Shown(setting, visible, visible == "***", setting.variable in settings.given))
    return rows


def _read(setting: Setting, text: str, *, production: bool) -> Any:
    text = text.strip()
    if not text:
        if production and setting.needed_in_production:
            raise BadSetting(setting.variable, f"is missing: {setting.meaning} (example: {setting.example})")
        if setting.name in ("DATABASE_URL", "SECRET_KEY", "FILES_URL", "AUDIT_HEAD"):
            return ""
        text = setting.default
    try:
        return setting.parse(text)
    except ValueError as why:
        raise BadSetting(setting.variable, str(why)) from None


def _local_secret(instance: Path) -> str:
    """The secret key of a local installation, made once and kept in the instance."""
    path = instance / "secret.key"
    try:
        if not path.exists():
            instance.mkdir(parents=True, exist_ok=True)
            # Exclusive creation: of two processes that start together one makes the key, both read it.
            try:
                with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
                    out.write(secrets.token_hex(32))
            except FileExistsError:
                pass
        return _secret(path.read_text().strip())
    except OSError as why:
        raise BadSetting(PREFIX + "INSTANCE", f"cannot be written: {why.strerror} ({path})") from None
    except ValueError as why:
        raise BadSetting(PREFIX + "SECRET_KEY", f"the key in {path} {why}") from None
