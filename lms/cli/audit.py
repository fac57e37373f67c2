"""The audit trail: what was done here with more than a learner's rights."""

import json

import click

from lms.cli.installation import installation
from lms.models import AuditEvent


@click.group()
def audit() -> None:
    """See what was done to people, courses, facts and areas. People are shown by number."""


@audit.command("list")
@click.option("--most", type=click.IntRange(min=1), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Write them as JSON, for other programs.")
def list_events(most: int | None, *, as_json: bool) -> None:
    """What was done, the newest first; times are UTC.

    Whoever may use this machine can run a command: only the machine's own records can tell who that was.
    """
    with installation():
        events = AuditEvent.newest(most)
        if as_json:
            click.echo(json.dumps({"events": [_as_dict(event) for event in events]}, indent=2))
            return
        for event in events:
            more = f" ({event.detail})" if event.detail else ""
            click.echo(f"{event.at:%Y-%m-%d %H:%M} {event.action}: {event.subject}{more}, by {event.by}")
        if not events:
            click.echo("Nothing was noted.")


def _as_dict(event: AuditEvent) -> dict[str, str]:
    return {
        "at": event.at.isoformat(),
        "by": event.by,
        "action": event.action,
        "subject": event.subject,
        "detail": event.detail,
    }
