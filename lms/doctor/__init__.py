"""What is wrong with this installation, in plain words.

It looks only: it changes nothing, and asks no other machine but the database. It never says a secret, nor
anything about a person.
"""

from collections.abc import Callable, Iterator

from lms.app import create_app
from lms.doctor import content, database, learning_systems, machine
from lms.doctor.finding import Finding, wrong
from lms.settings import Settings

__all__ = ["Finding", "examine"]

Check = Callable[[Settings], Iterator[Finding]]


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, one check after the other; without those that need the database when it is away."""
    for check in machine.CHECKS:
        yield from _carefully(check, settings)
    with create_app(settings).app_context():
        answers = True
        for finding in _carefully(database.answers, settings):
            answers = answers and finding.state != "wrong"
            yield finding
        for check in (*database.CHECKS, *content.CHECKS, *learning_systems.CHECKS) if answers else ():
            yield from _carefully(check, settings)
        database.let_go()


def _carefully(check: Check, settings: Settings) -> Iterator[Finding]:
    """A check that cannot be made is a finding too, and does not keep the others from being made."""
    name = check.__name__.replace("_", " ")
    try:
        yield from check(settings)
    except Exception as error:  # noqa: BLE001  whatever it is; its message might hold a secret
        yield wrong(
            name,
            f"The check of “{name}” could not be made ({type(error).__name__}).",
            "Mend what else is wrong first, then try again.",
        )
