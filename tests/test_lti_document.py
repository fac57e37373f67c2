"""docs/lti.md, followed: its commands run in order, its addresses are ours, its log holds no secret."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask_migrate import upgrade

from lms import cli
from lms.app import create_app
from lms.db import db
from lms.lti import tool
from lms.lti.presets import PRESETS
from lms.lti.targets import CUSTOM
from lms.models import Deployment, Platform
from lms.settings import Settings
from tests.conftest import close

TEXT = (Path(__file__).parents[1] / "docs" / "lti.md").read_text(encoding="utf-8")


def commands() -> list[list[str]]:
    """Every command, in order, without whom it is run as."""
    blocks = re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(line.removeprefix("sudo -u alongside alongside ")) for line in lines]


@pytest.mark.slow
def test_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command does what the page says, for a learning system that registered and showed a deployment."""
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path / "data"))
    monkeypatch.setenv("ALONGSIDE_SECRET_KEY", "0123456789abcdefghijklmnopqrstuvwxyz")
    monkeypatch.setenv("ALONGSIDE_URL", "http://localhost:8000")
    app = create_app(Settings.from_env())
    with app.app_context():
        upgrade()
        held = Platform(
            name="Council Moodle", issuer="https://a.example", client_id="1", auth_url="", token_url=""
        )
        held.keys_url, held.deployments = "", [Deployment(deployment="7")]
        db.session.add(held)
        db.session.commit()
    typed = commands()
    assert [words[:2] for words in typed] == [
        ["lti", "invite"],
        ["lti", "list"],
        ["lti", "approve"],
        ["lti", "approve"],
        ["lti", "rotate-key"],
        ["lti", "retry"],
        ["doctor"],
    ]
    said = [CliRunner().invoke(cli.main, words) for words in typed]
    assert [each.exit_code for each in said[:-1]] == [0] * 6, [each.output for each in said]
    assert "http://localhost:8000/lti/register/" in said[0].output and "waiting" in said[1].output
    assert "deployment 7, approved" in said[2].output and "none waits for approval" in said[-1].output
    with app.app_context():
        assert db.session.scalars(db.select(Platform)).one().approved_at
    close(app)


def test_addresses() -> None:
    """Our addresses stand there as they are told to learning systems; each kind has its heading."""
    told = set(re.findall(r"^\| [^|]+ \| `(/[^`]+)` \|$", TEXT, re.MULTILINE))
    assert told == {tool.LOGIN, tool.LAUNCH, tool.KEYS, tool.ICON}
    assert f"`{CUSTOM}=" in TEXT
    for preset in PRESETS.values():
        assert re.search(rf"^## .*{preset.name.split()[0]}|\*{preset.name}\*", TEXT, re.MULTILINE), (
            preset.name
        )


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/s/abc-DEF_1/courses/a?b=c", "/s/-/courses/a?b=c"),
        ("/s/abc-DEF_1", "/s/-"),
        ("/s/abc?x=1", "/s/-?x=1"),
        ("/lti/register/abc?registration_token=def", "/lti/register/-"),
        ("/courses/a", "/courses/a"),
    ],
)
def test_the_log_holds_no_secret(address: str, kept: str) -> None:
    """What nginx is told to write of an address is what is left when the secret is taken out."""
    lines = re.search(r"map \$request_uri \$kept_address \{\n(.*?)\n\}", TEXT, re.DOTALL)
    assert lines
    for line in lines[1].splitlines():
        pattern, becomes = line.strip().rstrip(";").split()
        if pattern == "default":
            assert address == kept
            return
        if found := re.search(pattern.removeprefix("~").replace("(?<", "(?P<"), address):
            assert becomes.replace("$after", (found.groupdict() or {"after": ""})["after"]) == kept
            return
