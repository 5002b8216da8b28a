"""Carries letters away: claims one, makes it, hands it over, and notes what became of it.

A letter is claimed in a transaction that ends before the server is asked, so that no other process takes it too. What
fails is tried again, each time later. What was being handed over when the process died is not: nobody gets it twice.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import structlog
from sqlalchemy import Select, select, update

from expertise.base import clock
from expertise.base.commands import writing
from expertise.base.database import session
from expertise.base.mail import Letter, Outgoing, Post, compose, is_on, the_post

log = structlog.get_logger(__name__)
# After each failed try it waits longer; after the last it is given up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
# Whoever hands a letter over for longer has died.
DIED_AFTER = timedelta(hours=1)
SECONDS = 20
MOST = 500


class Carrier(Protocol):
    """Hands over one message; raises OSError or an SMTPException."""

    def carry(self, message: EmailMessage) -> None:
        """Hand it over."""


class Folder:
    """Puts each message as a file into a folder: for looking at what would be sent."""

    def __init__(self, path: Path) -> None:
        """The folder is made where it is missing."""
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def carry(self, message: EmailMessage) -> None:
        """Write it under its own id."""
        (self.path / f"{message['Message-ID'].strip('<>').partition('@')[0]}.eml").write_bytes(message.as_bytes())


class Server:
    """A mail server, over one connection."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        """Connected and signed in."""
        self.smtp = smtp

    def carry(self, message: EmailMessage) -> None:
        """Hand it over; the server answers for it from then on."""
        self.smtp.send_message(message)


@contextmanager
def _opened(post: Post) -> Iterator[Carrier]:
    parts = urlsplit(post.url)
    if parts.scheme == "file":
        yield Folder(Path(unquote(parts.path)))
        return
    host, port = parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else 25)
    if parts.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        smtp = smtplib.SMTP(host, port, timeout=SECONDS)
    with smtp:
        smtp.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp" and smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
        if parts.username:
            smtp.login(unquote(parts.username), unquote(parts.password or ""))
        yield Server(smtp)


def send_due() -> int:
    """Send what is due; says how many letters left. Never raises for a letter: that waits and is tried again."""
    if not is_on():
        return 0
    _give_up_on_the_dead()
    if not _anything_due():
        return 0
    sent = 0
    try:
        with _opened(the_post()) as carrier:
            for _ in range(MOST):
                claimed = _claim()
                if claimed is None:
                    break
                sent += _send(carrier, *claimed)
    except (OSError, smtplib.SMTPException) as why:
        # Nothing was claimed while there was no connection: all wait as they did.
        log.warning("mail cannot leave", why=type(why).__name__)
        raise
    return sent


def _anything_due() -> bool:
    with writing():
        return session().scalar(_due().limit(1)) is not None


def _due() -> Select[Outgoing]:
    return (
        select(Outgoing)
        .where(Outgoing.state == "waiting", Outgoing.due_at <= clock.now())
        .order_by(Outgoing.due_at, Outgoing.id)
    )


def _claim() -> tuple[Outgoing, Letter | None] | None:
    """The next letter, taken by this process alone, and what it says; None where none is due."""
    with writing():
        row = session().scalars(_due().limit(1).with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        row.tries += 1
        row.due_at = clock.now()
        try:
            with session().begin_nested():
                made = compose(row)
        except Exception as why:
            # One letter that cannot be made holds up no other.
            log.exception("letter cannot be made", kind=row.kind)
            _put_off(row, type(why).__name__)
            return row, None
        if made is None:
            row.state, row.ended_at = "dropped", clock.now()
        else:
            row.state = "sending"
        return row, made


def _send(carrier: Carrier, row: Outgoing, made: Letter | None) -> int:
    if made is None:
        return 0
    try:
        carrier.carry(_message(row, made))
    except (OSError, smtplib.SMTPException) as why:
        with writing():
            failed = session().get_one(Outgoing, row.id)
            _put_off(failed, type(why).__name__, for_good=_is_refused(why))
        if isinstance(why, smtplib.SMTPServerDisconnected | ConnectionError):
            raise
        return 0
    with writing():
        done = session().get_one(Outgoing, row.id)
        done.state, done.ended_at, done.why = "sent", clock.now(), ""
        if made.sent is not None:
            made.sent()
    return 1


def _put_off(row: Outgoing, why: str, *, for_good: bool = False) -> None:
    row.why = why[:200]
    if for_good or row.tries > len(PAUSES):
        row.state, row.ended_at = "failed", clock.now()
    else:
        row.state, row.due_at = "waiting", clock.now() + PAUSES[row.tries - 1]


def _is_refused(why: Exception) -> bool:
    """Whether the server said that it will never take it."""
    if isinstance(why, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in why.recipients.values())
    return isinstance(why, smtplib.SMTPResponseException) and why.smtp_code >= 500


def _give_up_on_the_dead() -> None:
    with writing():
        session().execute(
            update(Outgoing)
            .where(Outgoing.state == "sending", Outgoing.due_at < clock.now() - DIED_AFTER)
            .values(state="unknown", ended_at=clock.now())
        )


def _message(row: Outgoing, made: Letter) -> EmailMessage:
    post = the_post()
    message = EmailMessage()
    message["From"], message["To"] = post.sender, made.to
    # A title may hold what a head line must not.
    message["Subject"] = " ".join(made.subject.split())
    message["Date"] = format_datetime(clock.now())
    # The same at each try, so that a server that took it after all can tell.
    message["Message-ID"] = f"<{row.id}@{urlsplit(post.address).hostname or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(made.text)
    return message
