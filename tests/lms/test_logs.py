"""What is logged tells nobody who learns here."""

import contextlib
import logging
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lms.db import db
from lms.models import Award, Session, User
from tests.lms.served import free_port, serving
from tests.lms.test_learning import get_award, pass_course
from tests.page_checks import CheckingClient

NAME, EMAIL, SECRET = "Particular Somebody", "particular@example.org", "token-to-be-told-to-nobody"
ADDRESS = "203.0.113.77"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that anything says while the test runs, however unimportant."""
    caplog.set_level(logging.DEBUG)
    return caplog


def learn(client: CheckingClient, app: Flask) -> list[str]:
    """From the first page to the last, with some mistakes; returns what must be told to nobody."""
    client.environ_base["REMOTE_ADDR"] = ADDRESS
    pass_course(client, app)
    award = get_award(client, NAME)
    code = client.get(award).text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    client.get(f"{award}/certificate.pdf")
    client.get(f"/check/{code}")
    client.send(f"/check/{code}/name-matches", name=NAME)
    client.get("/come-back/code")
    come_back = client.send("/come-back/code").text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    client.get("/come-back")
    client.send("/come-back", code="0000-0000-0000")
    client.send("/come-back", code=come_back)
    client.get("/nowhere")
    client.post("/come-back", data={"code": come_back})
    client.get("/leave")
    return [NAME, ADDRESS, code, code.replace("-", ""), come_back, come_back.replace("-", ""), token]


def test_learning(client: CheckingClient, app: Flask, logged: pytest.LogCaptureFixture) -> None:
    """Learning, a certificate, its check, a code that is wrong and one that is right leave no trace in the log."""
    secrets = learn(client, app)
    with app.app_context():
        secrets.append(db.session.scalars(select(Award)).one().code)
    assert [secret for secret in secrets if secret.casefold() in logged.text.casefold()] == []


def test_errors(client: CheckingClient, app: Flask, logged: pytest.LogCaptureFixture) -> None:
    """An error that is not expected is logged without what the statement was about."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/broken")
    def broken() -> str:
        person = User(guest=False, email=EMAIL, name=NAME)
        db.session.add_all([person, Session(token_hash=SECRET, user=person), Session(token_hash=SECRET)])
        db.session.flush()
        return "never"

    assert client.get("/broken").status_code == 500
    assert "IntegrityError" in logged.text
    assert [secret for secret in (NAME, EMAIL, SECRET) if secret in logged.text] == []


@pytest.mark.slow
def test_served(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing that `alongside serve` says while people come by tells who they were or what they asked for."""
    port, code = free_port(), "7Q7Q-7Q7Q-7Q7Q"
    with serving(tmp_path, port):
        for path in (f"/check/{code}", f"/check?code={code}", f"/nowhere/{SECRET}", "/attempts/999999999999"):
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}{path}", headers={"X-Forwarded-For": ADDRESS}
            )
            with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(asked):  # noqa: S310  our own
                pass
    said = "".join(capfd.readouterr())
    assert "Alongside is at" in said
    assert [secret for secret in (code, SECRET, ADDRESS, "GET /") if secret in said] == []
