"""People, accounts, sessions and failed sign-ins."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base.database import ID_LENGTH, Identified, Model, Recorded

ROLES = ("staff", "head", "hr", "privacy", "admin")
# How somebody hears of what they watch.
MAILS = ("at_once", "daily", "none")


class Person(Identified, Recorded, Model):
    """A member of staff, now or once."""

    __tablename__ = "person"
    # What reports of earlier days rest on; see base/remembering.py.
    __remembers__ = ("id", "left_on")

    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    given_name: Mapped[str] = mapped_column(String(100), default="")
    family_name: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    phone: Mapped[str] = mapped_column(String(50), default="")
    local_staff: Mapped[bool] = mapped_column(default=False)
    left_on: Mapped[date | None]

    account: Mapped["Account | None"] = relationship(back_populates="person")


class Account(Identified, Recorded, Model):
    """How a person comes in. Without a password it is reached by an invitation."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("role IN ('staff','head','hr','privacy','admin')", name="role"),
        Index("ix_account_organisation_hash", "organisation_hash", unique=True),
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20), default="staff")
    language: Mapped[str | None] = mapped_column(String(2))
    theme: Mapped[str] = mapped_column(String(5), default="auto")
    search_shortcut: Mapped[bool] = mapped_column(default=True)
    mail: Mapped[str] = mapped_column(String(10), default="daily", server_default="daily")
    disabled_at: Mapped[datetime | None]
    invitation_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    invitation_until: Mapped[datetime | None]
    # The second factor: its secret (codes.seal), since when a code is asked, and the last step whose code was used.
    second_sealed: Mapped[str | None] = mapped_column(String(200))
    second_since: Mapped[datetime | None]
    second_step: Mapped[int | None]
    # Who it is at the organisation's own sign-in: a digest of issuer and subject, known from the first time on.
    organisation_hash: Mapped[str | None] = mapped_column(String(64))

    person: Mapped[Person] = relationship(back_populates="account", lazy="joined", innerjoin=True)

    def invited_on(self, moment: datetime) -> bool:
        """Whether its invitation link works at that moment."""
        return not self.disabled_at and self.invitation_until is not None and moment < self.invitation_until

    def shut_on(self, day: date) -> bool:
        """Whether nobody comes in by it that day: it is closed, or its person has left the service."""
        return bool(self.disabled_at) or (self.person.left_on is not None and self.person.left_on < day)


class SignedIn(Identified, Model):
    """A session on the server: the cookie holds a token, this row its hash. Gone is signed out."""

    __tablename__ = "signed_in"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    since: Mapped[datetime]
    last_seen: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(45), default="")
    device: Mapped[str] = mapped_column(String(200), default="")
    by_organisation: Mapped[bool] = mapped_column(default=False, server_default=false())
    # When its owner last proved to be that: by signing in, or by being asked once more.
    proved_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class RecoveryCode(Identified, Model):
    """In place of a code of the second factor, once: used is gone."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_account_id", "account_id"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)


class AccessToken(Identified, Model):
    """What a program of an account carries: it has the account's rights, or its rights to read. Gone is revoked."""

    __tablename__ = "access_token"
    __table_args__ = (Index("ix_access_token_account_id", "account_id"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    may_write: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    expires_on: Mapped[date]
    last_used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)

    def works_on(self, day: date) -> bool:
        """Whether it still lets a program in that day."""
        return day <= self.expires_on and not self.account.shut_on(day)


class SignInFailure(Model):
    """A sign-in that failed: counted per account name and per address, also for names that do not exist."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_email_hash_at", "email_hash", "at"),
        Index("ix_sign_in_failure_address_at", "address", "at"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    email_hash: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(ID_LENGTH * 4))
    at: Mapped[datetime]
