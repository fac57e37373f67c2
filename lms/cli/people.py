"""People who have an account: add, list, give a role, sign out, remove."""

import json
from typing import Any, get_args

import click
from sqlalchemy import select

from certificates.code import parse
from lms import passwords
from lms.cli.installation import installation
from lms.cli.telling import settings
from lms.db import begin_writing, db
from lms.erasing import erase
from lms.mail import FOLDER, deliverable
from lms.models import AuditEvent, Award, Session, User
from lms.models.user import Role
from lms.outbox import enqueue

ROLES = click.Choice(get_args(Role))


def _address(_ctx: click.Context, _argument: click.Parameter, value: str) -> str:
    """An e-mail address as accounts hold it: in small letters."""
    address = value.strip().lower()
    if not deliverable(address):
        raise click.BadParameter(f"“{value}” is not an e-mail address.")
    return address


EMAIL = click.argument("email", callback=_address)
YES = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group()
def people() -> None:
    """Look after accounts: add, list, give a role, sign out, remove."""


@people.command()
@EMAIL
@click.option("--role", type=ROLES, default="learner", show_default=True, help="What they may do here.")
@click.option("--name", help="Their name, for certificates.")
@click.option(
    "--invite", is_flag=True, help="Send a mail with a link to choose a password, and ask for none."
)
def add(email: str, role: Role, name: str | None, *, invite: bool) -> None:
    """Make an account for EMAIL. Asks for a password, or sends an invitation."""
    with installation():
        _refuse_known(email, role)
        password_hash = None if invite else passwords.hashed(_asked_password(email))
        begin_writing()
        _refuse_known(email, role)  # meanwhile they may have signed up
        person = User(guest=False, email=email, password_hash=password_hash, name=_tidy(name), role=role)
        db.session.add(person)
        db.session.flush()
        AuditEvent.note("person added", person.label, detail=role)
        if invite:
            enqueue("invitation", to=email, user=person, unasked=True)
        db.session.commit()
    click.echo(f"{email} has an account now, as {role}.")
    if invite:
        click.echo(_where_invited())


def _refuse_known(email: str, role: Role) -> None:
    if User.with_email(email):
        raise click.ClickException(
            f"{email} has an account already. To change its role: alongside people role {email} {role}"
        )


def _asked_password(email: str) -> str:
    """A password typed twice, unseen, that is good enough."""
    while True:
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
        wrong = passwords.problem(password, email)
        if wrong is None:
            return password
        click.echo(wrong)


def _tidy(name: str | None) -> str | None:
    return " ".join(name.split())[:100] if name and name.strip() else None


def _where_invited() -> str:
    ours = settings()
    if ours.smtp_url:
        return "The worker sends the invitation now. If it does not arrive: alongside doctor"
    return f"No mail server is set, so the worker will write the invitation to {ours.instance / FOLDER}."


@people.command("list")
@click.option("--role", type=ROLES, help="Only people with this role.")
@click.option("--json", "as_json", is_flag=True, help="Write them as JSON, for other programs.")
def list_people(role: Role | None, *, as_json: bool) -> None:
    """Everyone with an account, the oldest first."""
    with installation():
        accounts = select(User).where(User.guest.is_(False)).order_by(User.id)
        found = db.session.scalars(accounts.where(User.role == role) if role else accounts).all()
        if as_json:
            rows = [_as_dict(person) for person in found]
            click.echo(json.dumps({"people": rows}, ensure_ascii=False, indent=2))
            return
        for person in found:
            named = f" ({person.name})" if person.name else ""
            click.echo(f"{person.label}: {person.email}{named}, {person.role}")
        if not found:
            click.echo("Nobody. Add someone: alongside people add EMAIL --role admin")


def _as_dict(person: User) -> dict[str, Any]:
    return {
        "number": person.id,
        "email": person.email,
        "name": person.name,
        "role": person.role,
        "began": person.began_at.isoformat(),
        "active": person.active_at.isoformat(),
    }


@people.command("role")
@EMAIL
@click.argument("role", type=ROLES)
@YES
def give_role(email: str, role: Role, *, yes: bool) -> None:
    """Give the account of EMAIL another ROLE, once they have signed in again."""
    with installation():
        if role != "admin" and _tell_if_last_admin(_account(email)) and not yes:
            click.confirm(f"Make {email} {role} all the same?", abort=True)
        begin_writing()
        person = _account(email)
        before, person.role = person.role, role
        if before != role:
            Session.end_all(person)
            AuditEvent.note("role changed", person.label, detail=f"{before} to {role}")
        db.session.commit()
        click.echo(
            f"{email} is {role} now, {before} before." if before != role else f"{email} is {role} already."
        )


@people.command("sign-out")
@EMAIL
def sign_out(email: str) -> None:
    """End every session of the account of EMAIL, wherever it is signed in."""
    with installation():
        begin_writing()
        person = _account(email)
        Session.end_all(person)
        AuditEvent.note("person signed out", person.label)
        db.session.commit()
    click.echo(f"{email} is signed out everywhere.")


@people.command()
@click.argument("who", metavar="EMAIL")
@YES
def remove(who: str, *, yes: bool) -> None:
    """Erase the account of EMAIL, and all that was done with it.

    For a learner without an account, give the code of their certificate instead.
    """
    with installation():
        person = _holder(who) or _account(who)
        _tell_if_last_admin(person)
        click.echo(f"All that is known of {person.label} goes: name, address, sessions, answers.")
        click.echo("Their certificates will answer that they were withdrawn. This cannot be undone.")
        if not yes:
            click.confirm(f"Erase {who}?", abort=True)
        label = person.label
        erase(person)
        AuditEvent.note("person removed", label)
        db.session.commit()
    click.echo(f"{who} is erased here. Backups made before still hold them.")


def _account(email: str) -> User:
    found = User.with_email(email)
    if found is None:
        raise click.ClickException(f"Nobody has an account as {email}. See: alongside people list")
    return found


def _tell_if_last_admin(person: User) -> bool:
    """Nobody should find out too late that there is no administrator any more."""
    if last := person.is_last_admin:
        click.echo("This is the only administrator. Without one nobody can see what was done on the site.")
        click.echo("To make another: alongside people add EMAIL --role admin")
    return last


def _holder(code: str) -> User | None:
    """Whoever was awarded the certificate with this code."""
    parsed = parse(code)
    award = Award.with_code(parsed) if parsed else None
    return award.enrolment.user if award else None
