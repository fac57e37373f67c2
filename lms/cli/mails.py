"""Mails that could not be sent."""

import click

from lms.cli.installation import installation
from lms.cli.telling import count
from lms.db import db
from lms.models import AuditEvent
from lms.outbox import retry_stalled


@click.group()
def mails() -> None:
    """Look after mails that are to be sent."""


@mails.command()
def retry() -> None:
    """Try again to send every mail that was given up after three days."""
    with installation():
        stalled = retry_stalled()
        if stalled:
            AuditEvent.note("mails tried again", count(stalled, "mail"))
        db.session.commit()
    click.echo(f"{count(stalled, 'mail')} will be sent by the worker now.")
