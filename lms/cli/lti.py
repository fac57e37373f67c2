"""Learning systems: see, invite and approve them, turn our key over, send marks again."""

import click
from sqlalchemy import select

from lms.cli.installation import installation
from lms.cli.telling import count, settings
from lms.db import begin_writing, db
from lms.lti import keys, tool
from lms.models import AuditEvent, Delivery, Deployment, Invitation, Platform
from lms.models.invitation import OPEN_FOR

INVITED = """It works once, for {days} days. Give it to the administrator of the learning system:
  Moodle: Site administration, Plugins, Activity modules, External tool, Manage tools. Paste it as the
    tool URL and press 'Add LTI Advantage'.
  Canvas: Admin, Apps, Manage, Install a New App. Choose LTI 1.3 and Dynamic Registration, and paste it
    as the registration URL.
  Brightspace: Admin Tools, Manage Extensibility, LTI Advantage, Register Tool. Choose Dynamic, and paste
    it as the tool initiation registration endpoint.
What registers then waits for your approval: alongside lti list"""


@click.group()
def lti() -> None:
    """Look after learning systems (LTI 1.3): list, invite, approve; the key; marks that were given up."""


@lti.command("list")
def list_platforms() -> None:
    """Each learning system with its number, whether it is approved, and where it offers Alongside."""
    with installation():
        found = Platform.all()
        for platform in found:
            click.echo(f"{platform.id}: {platform.name}, {_state(platform)}, {platform.issuer}")
            for each in platform.deployments:
                click.echo(f"    deployment {each.deployment}, {_state(each)}")
        if not found:
            click.echo("None is connected. To invite one: alongside lti invite NAME")


@lti.command()
@click.argument("name")
def invite(name: str) -> None:
    """Print a link that registers one learning system, which you call NAME."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 200 or not name.isprintable():
        raise click.ClickException("A name has at most 200 characters, none of them hidden.")
    with installation():
        begin_writing()
        keys.make_first()
        made, token = Invitation.make(name)
        db.session.flush()
        AuditEvent.note("platform invited", f"invitation {made.id}")
        db.session.commit()
    click.echo(f"{settings().url}{tool.REGISTER}{token}")
    click.echo(INVITED.format(days=OPEN_FOR.days))


@lti.command()
@click.argument("number", type=int)
@click.option("--deployment", help="Approve this deployment of it, and no other.")
def approve(number: int, deployment: str | None) -> None:
    """Let the learning system NUMBER open what is here, with the deployments that it has shown.

    Where others have the same issuer, as with Canvas (cloud), name each deployment that is yours.
    """
    with installation():
        platform = Platform.locked(number)
        if platform is None:
            raise click.ClickException(f"There is no learning system {number}. See: alongside lti list")
        if deployment is not None:
            _approve_deployment(platform, deployment)
        else:
            platform.approve()
            AuditEvent.note("platform approved", platform.label)
        db.session.commit()
        click.echo(f"{platform.name} is {_state(platform)}.")
        for each in platform.deployments:
            click.echo(f"    deployment {each.deployment}, {_state(each)}")


def _approve_deployment(platform: Platform, name: str) -> None:
    held = Deployment.named(platform, name)
    if held is None:
        raise click.ClickException(f"{platform.name} has shown no deployment {name}. See: alongside lti list")
    held.approve()
    AuditEvent.note("deployment approved", held.label)


@lti.command("rotate-key")
def rotate_key() -> None:
    """Make a new key to sign with. Learning systems see it now; it signs from tomorrow on.

    Where the key of before cannot be read any more, the new one signs at once.
    """
    with installation():
        made = keys.rotate()
        AuditEvent.note("key turned over", "signing key")
        db.session.commit()
        click.echo(f"The new key signs from {made.signs_from:%H:%M on %-d %B %Y} UTC.")
    click.echo("Learning systems fetch it by themselves. There is nothing to change there.")


@lti.command()
def retry() -> None:
    """Try again to send every mark that was given up."""
    with installation():
        begin_writing()
        stalled = select(Delivery).where(Delivery.kind == "grade", Delivery.state == "stalled")
        found = db.session.scalars(stalled).all()
        for each in found:
            each.begin_again()
        if found:
            AuditEvent.note("marks sent again", count(len(found), "mark"))
        db.session.commit()
        click.echo(f"{count(len(found), 'mark')} will be sent by the worker now.")


def _state(held: Platform | Deployment) -> str:
    return "approved" if held.approved_at else "waiting for approval"
