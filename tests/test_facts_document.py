"""What docs/facts.md says is so: its commands run, one after the other, with the file it shows."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from courses.library import OPTIONAL
from lms import cli

DOCUMENT = (Path(__file__).parents[1] / "docs" / "facts.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)


def test_the_commands_run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command does what it says, in the order of the document; only `stale` may find something."""
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", database_url)
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (file,) = blocks("markdown")
    (tmp_path / "avon.md").write_text(file, encoding="utf-8")
    lines = [line for block in blocks("console") for line in block.splitlines()]
    assert len(lines) >= 12
    said = ""
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "alongside"
        result = CliRunner().invoke(cli.main, arguments)
        assert result.exit_code == 0 or (
            arguments[:2] == ["facts", "stale"] and "to check" in result.output
        ), (
            line,
            result.output,
        )
        said += result.output
    assert "police name: Avon Police\n  avon;" in said and "“Wessex”" in said
    assert "looked after by The hate crime team" in said


def test_every_option_is_described() -> None:
    """Each option of `facts set` is in the table, and no other is."""
    options = {option for each in cli.main.commands["facts"].commands["set"].params for option in each.opts}
    table = {
        found
        for row in re.findall(r"^\| (`--.*?) \|", DOCUMENT, re.MULTILINE)
        for found in re.findall(r"--[a-z-]+", row)
    }
    assert table == {option for option in options if option.startswith("--")}


def test_every_optional_fact_is_described() -> None:
    """What an area may set or leave unset is in the table, and nothing else is."""
    rows = re.findall(r"^\| (`[a-z][^|]*) \|", DOCUMENT, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`([^`]+)`", row)} == OPTIONAL
