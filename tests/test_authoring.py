"""The guide for trainers: its examples are right, its commands run, its words are true."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from courses import pictograms
from courses.library import OPTIONAL, facts
from courses.reader import read
from lms import cli
from tests.guide import GUIDE, Example, course, examples

TEXT = GUIDE.read_text(encoding="utf-8")
RIGHT = [each for each in examples() if each.kind != "wrong"]


def test_the_guide_shows_each_piece_of_the_format() -> None:
    """Blocks, notes, kinds of file and of question: none is left for a trainer to guess."""
    written = "\n".join(each.file for each in examples())
    pieces = ("check", "more", "story", "include", "if ", "if no ", "video")
    assert all(f"::: {piece}" in written for piece in pieces)
    assert set(re.findall(r"> \[!(\w+)\]", written)) == {"NOTE", "TIP", "IMPORTANT", "WARNING", "SUPPORT"}
    assert {each.kind for each in examples()} >= {
        "course",
        "module",
        "bank",
        "file",
        "easy",
        "quiz",
        "quiz-settings",
        "glossary",
        "path",
    }


def test_the_examples_are_right() -> None:
    """All examples together, in the course that a trainer begins with, have no problem and draw no advice."""
    assert read(course(), "my-course", {*facts(), *OPTIONAL}).problems == ()


@pytest.mark.parametrize("example", RIGHT, ids=lambda each: each.name)
def test_each_example_has_its_picture(example: Example) -> None:
    """Each piece of a lesson is there as it is written and, right below, as it is seen."""
    if example.kind in (
        "course",
        "quiz-settings",
        "glossary",
        "path",
        "bank",
        "module",
    ) or example.name.endswith("-2"):
        return
    below = TEXT.partition(example.text)[2].partition("\n## ")[0]
    picture = re.search(r"!\[([^\]]+)\]\((pictures/authoring/[\w-]+\.png)\)", below)
    assert picture and picture[2].endswith(f"/{example.name}.png") and len(picture[1]) > 15
    assert (GUIDE.parent / picture[2]).stat().st_size < 120_000


def test_a_path_is_right() -> None:
    """The example of a learning path reads without a problem."""
    [path] = [each for each in examples() if each.kind == "path"]
    assert read({path.path: path.file.encode()}, path.name, facts()).problems == ()


def commands() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the guide, typed in its order into a terminal, does what it says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path / "instance"))
    typed = [
        each for each in commands() if "preview" not in each
    ]  # it runs until stopped: see test_preview.py
    assert len(typed) > 8
    for command in typed:
        program, *arguments = shlex.split(command)
        assert program == "alongside"
        result = CliRunner().invoke(cli.main, arguments)
        assert result.exit_code == 0, f"{command}\n{result.output}"


def test_what_the_guide_says_of_mistakes_is_what_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The problems that the guide quotes are those that the command tells, to the letter."""
    [wrong] = [each for each in examples() if each.kind == "wrong"]
    folder = tmp_path / "mine"
    for path, data in {**course(), "02-go-on/02-wrong.md": wrong.file.encode()}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path / "instance"))
    said = CliRunner().invoke(cli.main, ["courses", "check", str(folder)]).output
    told = TEXT.partition(wrong.text)[2].partition("```text\n")[2].partition("```")[0]
    assert told and told.strip() in said, said


@pytest.mark.slow
def test_what_the_guide_says_of_words_about_people_is_what_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warning that the guide quotes is told to the letter, and what it shows how to keep draws none."""
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path / "instance"))
    section = TEXT.partition("## Words about people")[2].partition("\n## ")[0]
    told, kept = re.findall(r"```text\n(.*?)```", section, re.DOTALL)
    (tmp_path / "01-begin").mkdir()
    (tmp_path / "course.md").write_text("---\ntitle: T\nsummary: S\n---\n\nHello.\n")
    said = {}
    for text in ("Hello.\nWe look after vulnerable adults.\n", kept, kept.partition("[")[0]):
        (tmp_path / "01-begin" / "01-words.md").write_text(f"---\ntitle: T\n---\n\n{text}")
        said[text] = CliRunner().invoke(cli.main, ["courses", "check", str(tmp_path)]).output
    assert [told.strip() in each for each in said.values()] == [True, False, False]
    assert ["No problems found." in each for each in said.values()] == [False, True, False]


def test_the_pictograms_are_all_named() -> None:
    """The guide names every pictogram there is, and no other."""
    named = re.search(r"^The pictures you can use are: (.*)\.$", TEXT, re.MULTILINE)
    assert named and named[1].split(", ") == sorted(pictograms.names())
    assert 0 < (GUIDE.parent / "pictures" / "authoring" / "pictograms.png").stat().st_size < 120_000
