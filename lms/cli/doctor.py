"""What is wrong with this installation?"""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

import click

from lms.cli.telling import count
from lms.doctor import Finding, examine
from lms.doctor.finding import wrong
from lms.settings import Settings, SettingsError

COLOURS = {"ok": "green", "take care": "yellow", "wrong": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON, for other programs.")
def doctor(as_json: bool) -> None:  # noqa: FBT001
    """Say what is wrong with this installation. Changes nothing; exits 1 if something is wrong."""
    try:
        findings = list(examine(Settings.from_env(make=False)))
    except SettingsError as error:
        findings = [wrong("settings", str(error), "docs/settings.md tells what each setting does.")]
    _tell_as_json(findings) if as_json else _tell(findings)
    sys.exit(any(finding.state == "wrong" for finding in findings))


def _tell(findings: Iterable[Finding]) -> None:
    for finding in findings:
        click.echo(f"{click.style(f'{finding.state:<10}', COLOURS[finding.state])} {finding.said}")
        if finding.mend:
            click.echo(f"{'':10} {finding.mend}")
    states = [finding.state for finding in findings]
    bad, care = states.count("wrong"), states.count("take care")
    if bad or care:
        click.echo(f"\n{count(bad, 'thing')} wrong, {count(care, 'thing')} to take care of.")
    else:
        click.echo("\nAll is well.")


def _tell_as_json(findings: Iterable[Finding]) -> None:
    rows = [asdict(finding) for finding in findings]
    click.echo(json.dumps({"findings": rows}, ensure_ascii=False, indent=2))
