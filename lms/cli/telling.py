"""How commands speak: settings that are wrong, and problems as people or programs read them."""

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from statistics import median

import click

from courses.reading_ages import ReadingAge
from lms.settings import Settings, SettingsError
from markup.problems import Problem


def settings(*, make: bool = True) -> Settings:
    """The settings of this installation; what is wrong with them ends the command with a sentence.

    `make` as in `Settings.from_env`.
    """
    try:
        return Settings.from_env(make=make)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def program() -> str:
    """How this command was called, to be typed again: by its name, or by its path where that is needed."""
    called = sys.argv[0]
    return called if called.endswith("/alongside") and shutil.which("alongside") is None else "alongside"


def tell(
    problems: Iterable[Problem], *, as_json: bool = False, ages: Iterable[ReadingAge] | None = None
) -> None:
    """Every problem and how many there are; before them, where asked, the reading age of each lesson."""
    problems = tuple(problems)
    if as_json:
        fields = ("path", "line", "severity", "message", "mend", "shown")
        rows = [{field: getattr(problem, field) for field in fields} for problem in problems]
        reading = {} if ages is None else {"reading": [each._asdict() for each in ages]}
        click.echo(json.dumps({"problems": rows, **reading}, ensure_ascii=False, indent=2))
        return
    if ages is not None:
        _tell_ages(tuple(ages))
    for problem in problems:
        click.echo(_told(problem))
    errors = sum(problem.is_error for problem in problems)
    if problems:
        click.echo(f"{count(errors, 'error')}, {count(len(problems) - errors, 'warning')}.")
    else:
        click.echo("No problems found.")


def count(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _told(problem: Problem) -> str:
    place = f"{problem.path}, line {problem.line}" if problem.line else problem.path
    kind = "" if problem.is_error else "warning: "
    shown = f"\n  {problem.line:>3} |  {problem.shown}" if problem.shown else ""
    return f"{place}: {kind}{problem.message}{shown}\n  {problem.mend}\n"


def _tell_ages(ages: Sequence[ReadingAge]) -> None:
    for each in ages:
        click.echo(f"{each.path}: age {each.age}\n  {each.line:>3} |  {each.hardest}")
    by_version = {name: [each.age for each in ages if each.version == name] for name in ("standard", "easy")}
    for name, held in by_version.items():
        if held:
            said = "in Easy Read" if name == "easy" else "in standard words"
            click.echo(f"Reading age of {count(len(held), 'lesson')} {said}: {median(held):g} (the median)")
    click.echo()
