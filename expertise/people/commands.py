"""`expertise accounts`: who may come in."""

import sys
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

import config
from expertise.access.viewer import system
from expertise.base.commands import Failed, json_option, print_json, reading, writing
from expertise.base.mail import the_post
from expertise.people import passwords, queries, second, service
from expertise.people.models import ROLES


@click.group(cls=AppGroup)
def accounts() -> None:
    """Who may come in."""


@accounts.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(ROLES), default="staff", show_default=True)
@click.option("--language", type=click.Choice(config.LANGUAGES))
@json_option
def accounts_add(email: str, name: str, role: str, language: str | None, as_json: bool) -> None:
    """Add an account (and its person, if there is none) and print its invitation link, where passwords are in use."""
    with writing():
        viewer = system()
        person = queries.find_person_by_email(email) or service.add_person(viewer, name=name, email=email)
        account = service.add_account(viewer, person, email=email, role=role, language=language)
        invites = passwords.in_use()
        token = service.invite(viewer, account, days=current_app.config["INVITATION_DAYS"]) if invites else None
    path = f"/invitation/{token}" if token else None
    link = f"{the_post().address}{path}" if path else None
    if as_json:
        print_json({"email": account.email, "name": person.name, "role": role, "invitation": path, "link": link})
    elif link is None:
        click.echo(f"{account.email}: signs in with the organisation's own account")
    else:
        click.echo(f"{account.email}: open {link} within {current_app.config['INVITATION_DAYS']} days")


@accounts.command("list")
@json_option
def accounts_list(as_json: bool) -> None:
    """All accounts."""
    with reading():
        rows = [
            {
                "email": account.email,
                "name": account.person.name,
                "role": account.role,
                "language": account.language,
                "state": "closed"
                if account.disabled_at
                else "open"
                if account.password_hash or not passwords.in_use()
                else "invited",
            }
            for account in queries.list_accounts(system())
        ]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            click.echo("\t".join(str(row[name] or "") for name in ("email", "name", "role", "state")))


@accounts.command("disable")
@click.argument("email")
def accounts_disable(email: str) -> None:
    """Close an account and end its sessions."""
    with writing():
        service.disable(system(), _account(email))


@accounts.command("password")
@click.argument("email")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the password from standard input.")
def accounts_password(email: str, from_stdin: bool) -> None:
    """Set a password; asks for it on a terminal."""
    if not passwords.in_use():
        raise Failed("EXPERTISE_PASSWORDS is off: nobody comes in with a password")
    if from_stdin or not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with writing():
        service.set_password(system(), _account(email), password)


@accounts.command("unlink")
@click.argument("email")
def accounts_unlink(email: str) -> None:
    """Know somebody by their address once more, at the next sign-in by the organisation."""
    with writing():
        service.forget_organisation(system(), _account(email))


@accounts.command("second-factor-off")
@click.argument("email")
def accounts_second_factor_off(email: str) -> None:
    """Take away the second factor of somebody who lost it; a letter tells them."""
    with writing():
        second.switch_off(system(), _account(email))


def _account(email: str) -> Any:
    account = queries.find_account(email)
    if account is None:
        raise Failed(f"no account with the e-mail address {email}")
    return account
