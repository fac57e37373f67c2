"""The commands that look after facts and areas."""

import datetime
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from courses.library import OPTIONAL
from lms import cli, facts
from lms.db import db
from lms.models import FactVersion
from tests.page_checks import CheckingClient

Run = Callable[..., Result]
SEEN = ("--source", "seen there", "--checked", "2026-11-20", "--review-by", "2027-05-20")
FILE = """---
kind: facts
title: Ours
area: avon
---

## police name
Value: Avon Police
Source: seen
Checked: 2026-11-01
Review by: 2027-05-01
Owner: Ada

## strands
As: list
- race
- age
Source: seen
Checked: 2026-11-01
Review by: 2027-05-01
"""


@pytest.fixture
def run(database_url: str, fonts_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `alongside` with some words after it, as of 21 November 2026."""
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", database_url)
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(fonts_folder))
    at(monkeypatch, "2026-11-21")

    def run(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(cli.main, words)
        assert result.exit_code == code, result.output
        return result

    return run


def at(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr(sys.modules["lms.cli.facts"], "today", lambda: datetime.date.fromisoformat(day))


def listed(run: Run, name: str, *words: str) -> dict[str, object]:
    found = json.loads(run("facts", "list", "--json", *words).output)["facts"]
    return {each["name"]: each for each in found}[name]  # type: ignore[no-any-return]


def test_areas(run: Run) -> None:
    """Areas are added, renamed and listed; the first is the default until another is."""
    assert "no areas yet" in run("areas", "list").output
    added = run("areas", "add", "avon", "Avon")
    assert "/a/avon" in added.output and "default" in added.output
    assert "default" not in run("areas", "add", "wessex", "Wesex").output
    assert "“Wesex” before" in run("areas", "add", "wessex", "Wessex", "--default").output
    assert run("areas", "list").output.splitlines() == [
        "avon: Avon, 0 own facts",
        "wessex: Wessex, 0 own facts, the default",
    ]


@pytest.mark.parametrize(
    ("slug", "name"),
    [("West Midlands", "x"), ("../x", "x"), ("-a", "x"), ("a" * 81, "x"), ("ok", " "), ("ok", "a\u202eb")],
)
def test_areas_that_cannot_be(run: Run, slug: str, name: str) -> None:
    """A name that cannot stand in an address or be read is refused with what to write instead."""
    run("areas", "add", "--", slug, name, code=1)
    assert "no areas yet" in run("areas", "list").output


def test_setting_a_fact(run: Run, client: CheckingClient) -> None:
    """It is told what was shown before and which course shows it, and pages show it from then on."""
    run("areas", "add", "avon", "Avon")
    said = run("facts", "set", "Police  Name", "Avon Police", "--area", "avon", *SEEN).output
    assert "police name, in Avon: Avon Police\n  before: your local police\n" in said
    assert "shown by understanding-hate-and-mate-crime: " in said and "02-strands/01-the-strands.md" in said
    assert "Avon Police" in client.get("/help").text


def test_setting_a_list(run: Run) -> None:
    """Several values make a list, and a fact keeps how it is shown unless told otherwise."""
    run("facts", "set", "strands", "race", *SEEN)
    assert listed(run, "strands")["as"] == "list"
    run("facts", "set", "our groups", "one", "two", "--new", *SEEN)
    assert listed(run, "our groups")["value"] == ["one", "two"]
    assert "has 2 values" in run("facts", "set", "police number", "101", "102", *SEEN, code=1).output
    run("facts", "set", "police number", "101", "0300 123", "--as", "list", *SEEN)
    assert listed(run, "police number")["as"] == "list"


def test_checking_a_fact_again(run: Run) -> None:
    """Without a value a fact says what it said, with new days."""
    run("facts", "set", "police number", "--checked", "2026-11-21", "--review-by", "2027-11-20")
    found = listed(run, "police number")
    assert (found["value"], found["as"], found["review_by"]) == (["101"], "phone", "2027-11-20")
    assert found["from"] == "everywhere" and "westyorkshire" in str(found["source"])


def test_an_unknown_name_is_asked_about(run: Run) -> None:
    """A slip of the pen makes no new fact, but tells the nearest known name; --new makes one."""
    said = run("facts", "set", "polcie name", "x", *SEEN, code=1).output
    assert "Did you mean “police name”?" in said and "--new" in said
    run("facts", "set", "drop-in day", "Monday", *SEEN, code=1)
    run("facts", "set", "drop-in day", "Monday", "--new", *SEEN)
    run("facts", "set", "drop-in day", "Tuesday", *SEEN)
    assert listed(run, "drop-in day")["value"] == ["Tuesday"]


@pytest.mark.parametrize("name", [*sorted(OPTIONAL), "words not spelled out"])
def test_names_that_an_area_may_have(run: Run, name: str) -> None:
    """Facts that Alongside knows of, though none ships, need no --new."""
    run("facts", "set", name, "0300 123 4567", *SEEN)
    assert listed(run, name)["value"] == ["0300 123 4567"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("police number", "one o one", *SEEN), "is not a number that can be rung"),
        (("online report address", "javascript:alert(1)", *SEEN), "is not an address"),
        (("police name", "a\u202eb", *SEEN), "hidden character, U+202E"),
        (("police name", "x", *SEEN[:4], "--review-by", "2026-11-01"), "is to be checked again by"),
        (("police name", "x", "--source", "s", "--checked", "2026-11-22", *SEEN[4:]), "still to come"),
        (("police name", "x", *SEEN[2:]), "Say where you read it"),
        (("police name", "", *SEEN), "has no value"),
        (("centre name", *SEEN, "--new"), "has no value yet"),
        (("police name", "x", "--area", "avom", *SEEN), "Did you mean avon?"),
        (("no centre", "x", "--new", *SEEN), "begins with “no”"),
    ],
)
def test_what_is_refused(run: Run, app: Flask, words: tuple[str, ...], said: str) -> None:
    """A value that cannot be shown safely, or a day that cannot be, is refused with words; nothing is kept."""
    run("areas", "add", "avon", "Avon")
    assert said in run("facts", "set", *words, code=1).output
    with app.app_context():
        assert db.session.query(FactVersion).count() == 0


def test_a_date_that_is_none(run: Run) -> None:
    """A day written in another way is answered with the way to write it."""
    said = run("facts", "set", "strands", "--checked", "20/11/2026", "--review-by", "2027-01-01", code=2)
    assert "“20/11/2026” is not a date written like 2026-11-20" in said.output


def test_hostile_words_are_only_words(run: Run, client: CheckingClient) -> None:
    """HTML in a fact is shown as it was typed, never used."""
    run("facts", "set", "police name", "<script>alert(1)</script>", *SEEN)
    page = client.get("/help").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script>alert" not in page


def test_a_nearer_fact_stands(run: Run) -> None:
    """Setting a fact everywhere tells for which areas nothing changes, and why."""
    run("areas", "add", "avon", "Avon")
    run("areas", "add", "wessex", "Wessex")
    run("facts", "set", "police name", "Avon Police", "--area", "avon", *SEEN)
    said = run("facts", "set", "police name", "The police", *SEEN).output
    assert "in Avon: Avon Police\n  as before, because this stands nearer: avon" in said
    assert "in Wessex: The police\n  before: your local police" in said


def test_unset(run: Run) -> None:
    """What was set is taken back, and what lies below is shown again; where nothing does, it is told."""
    run("facts", "set", "police name", "The police", *SEEN)
    said = run("facts", "unset", "police name").output
    assert "police name: your local police\n  before: The police" in said
    run("facts", "set", "centre name", "The Hub", "--new", *SEEN)
    assert "Did you mean centre name?" in run("facts", "unset", "center name", code=1).output
    assert "its name in brackets" in run("facts", "unset", "centre name").output


def test_listing(run: Run) -> None:
    """People read where a fact comes from, when to check it again, and where it is shown."""
    run("areas", "add", "avon", "Avon")
    run("facts", "set", "police name", "Avon Police", "--area", "avon", "--owner", "Ada", *SEEN)
    said = run("facts", "list").output
    assert "police name: Avon Police\n  avon; checked 2026-11-20, review by 2027-05-20\n" in said
    assert "looked after by Ada" in said and "shipped with Alongside" in said
    assert listed(run, "police name", "--area", "avon")["courses"]
    assert "There is no area" in run("facts", "list", "--area", "nowhere", code=1).output


def test_stale_facts(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts whose day has passed are told, and a timer hears of it by the exit code; a day ahead on request."""
    assert "in date" in run("facts", "stale").output
    assert "galop number" in run("facts", "stale", "--within", "70 days", code=1).output
    run("facts", "stale", "--within", "soon", code=2)
    at(monkeypatch, "2027-01-20")
    run("facts", "stale")
    at(monkeypatch, "2027-01-21")
    said = run("facts", "stale", code=1).output
    assert "galop number" in said and "STALE since 2027-01-20" in said and "1 fact to check" in said
    run("facts", "set", "galop number", "--checked", "2027-01-21", "--review-by", "2027-07-20")
    run("facts", "stale")


def test_a_stale_fact_of_any_area(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fact is told once for each place it comes from, also when only one area shows it."""
    for area in ("avon", "wessex"):
        run("areas", "add", area, area.capitalize())
    run("facts", "set", "galop number", "0800 123 4567", "--area", "wessex", *SEEN)
    at(monkeypatch, "2027-05-21")
    said = run("facts", "stale", code=1).output
    assert said.count("galop number: ") == 2 and said.count("emergency number: ") == 1


def test_loading_a_file(run: Run, tmp_path: Path, app: Flask) -> None:
    """A file of facts is set for its area; loading it again changes nothing; one edit is one change."""
    run("areas", "add", "avon", "Avon")
    path = tmp_path / "facts.md"
    path.write_text(FILE)
    assert "2 facts set, 0 the same" in run("facts", "load", str(path)).output
    assert "0 facts set, 2 the same" in run("facts", "load", str(path)).output
    path.write_text(FILE.replace("- age", "- sex"))
    assert "1 fact set, 1 the same" in run("facts", "load", str(path)).output
    with app.app_context():
        own = facts.known().own["avon"]
        assert own["strands"].value == ("race", "sex") and own["police name"].owner == "Ada"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("avon", "avom", "Did you mean avon?"),
        ("Avon Police", "a\x07b", "hidden or special character"),
        ("As: list", "As: phone", "has no value"),
        ("2026-11-01", "2029-11-01", "still to come"),
        ("Owner:", "Ownre:", "Did you mean Owner:?"),
        ("## strands", "## Police name", "is here twice"),
        ("## strands", "## starnds", "Did you mean “strands”?"),
        (FILE, "# nothing", "no fact in this file"),
    ],
)
def test_a_file_with_mistakes(run: Run, tmp_path: Path, app: Flask, old: str, new: str, said: str) -> None:
    """One mistake anywhere in the file, and nothing of it is set."""
    run("areas", "add", "avon", "Avon")
    path = tmp_path / "facts.md"
    path.write_text(FILE.replace(old, new))
    assert said in run("facts", "load", str(path), code=1).output
    with app.app_context():
        assert db.session.query(FactVersion).count() == 0
