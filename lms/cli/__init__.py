"""The `alongside` command: one file for each group of commands."""

import click

from lms.cli.areas import areas
from lms.cli.audit import audit
from lms.cli.backups import backup, restore
from lms.cli.courses import courses
from lms.cli.doctor import doctor
from lms.cli.facts import facts
from lms.cli.folders import check, diff, new, preview
from lms.cli.lti import lti
from lms.cli.mails import mails
from lms.cli.people import people
from lms.cli.running import serve, worker


@click.group()
@click.version_option(package_name="alongside", message="Alongside %(version)s")
def main() -> None:
    """Training to recognise hate crime and mate crime."""


for command in (serve, worker, courses, areas, facts, people, lti, audit, mails, backup, restore, doctor):
    main.add_command(command)

for command in (new, check, preview, diff):
    courses.add_command(command)
