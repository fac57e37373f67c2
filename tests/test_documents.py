"""What the documents say is so: commands run, links lead somewhere, every dependency has its reason."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms import cli

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """Every line of the README's console blocks, without its comment."""
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_make_targets_exist() -> None:
    """Each `make` command of the README is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    wanted = {command.split()[1] for command in commands() if command.startswith("make ")}
    assert wanted == {"serve", "test"} and wanted <= targets


def test_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The `alongside` commands of the README, typed in their order, do what they say."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path / "instance"))
    typed = [each for each in commands() if "alongside" in each]
    assert len(typed) >= 3
    for command in typed:
        program, *arguments = shlex.split(command)
        assert program == ".venv/bin/alongside"
        result = CliRunner().invoke(cli.main, arguments)
        assert result.exit_code == 0, f"{command}\n{result.output}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """Each link and picture in the documents names a file that is there."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)\s]+)\)", text)
    assert [link for link in links if not (document.parent / link.partition("#")[0]).exists()] == []


def test_what_is_said_to_be_tested_is() -> None:
    """Each test that docs/security.md names is there, in the file that it names."""
    defined: dict[str, set[str]] = {}
    for path in ROOT.glob("tests/**/test_*.py"):
        defined.setdefault(path.name, set()).update(
            re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
        )
    said = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    files = set(re.findall(r"\b(test_\w+\.py)", said))
    named = set(re.findall(r"\b(test_\w+\.py)::(test_\w+)", said))
    alone = set(re.findall(r"\b(test_\w+)\b(?!\.py)", said))
    assert len(named) > 40 and files <= defined.keys()
    assert [each for each in named if each[1] not in defined[each[0]]] == []
    assert alone <= set().union(*defined.values())


def test_every_dependency_has_its_reason() -> None:
    """Each library of pyproject.toml has its line in docs/dependencies.md, and no other library has one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {re.split(r"[\[<>=]", each)[0].casefold() for each in wanted}
    document = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Za-z0-9-]+) \|", document, re.MULTILINE)
    assert {row.casefold() for row in rows} - {"library"} == names


def test_locks_name_no_address() -> None:
    """The lock files pin by hash and leave the choice of index to whoever installs."""
    for lock in (ROOT / "locks").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text and "--index" not in text and "--find-links" not in text
