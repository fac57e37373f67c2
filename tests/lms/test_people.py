"""The commands for people, and the audit trail of what they and others do."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from lms import cli
from lms.db import begin_writing, db
from lms.models import AuditEvent, Award, Delivery, User
from lms.models.award import today
from lms.outbox import MAILS, Mail, send_next
from tests.lms.people import PASSWORD as PEOPLE_PASSWORD
from tests.lms.people import account, sign_in
from tests.lms.test_learning import begin, get_award, pass_course
from tests.page_checks import CheckingClient

Alongside = Callable[..., Result]
EMAIL, PASSWORD = "lead@example.org", "moss lantern 41 rowing"


@pytest.fixture
def alongside(
    app: Flask, database_url: str, fonts_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Alongside:
    """Run a command on this test's installation, with what is typed."""
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", database_url)
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(fonts_folder))
    monkeypatch.setenv("ALONGSIDE_SECRET_KEY", "only for tests")

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(cli.main, arguments, input=typed)

    return run


def typed_twice(password: str = PASSWORD) -> str:
    return f"{password}\n{password}\n"


def add(alongside: Alongside, email: str = EMAIL, role: str = "admin") -> None:
    result = alongside("people", "add", email, "--role", role, typed=typed_twice())
    assert result.exit_code == 0, result.output


def person(app: Flask, email: str = EMAIL) -> User:
    with app.app_context():
        found = db.session.scalars(select(User).filter_by(email=email)).one()
        db.session.expunge(found)
        return found


def events(alongside: Alongside) -> list[dict[str, str]]:
    """The audit trail without the courses that were published for the test, the newest first."""
    told = json.loads(alongside("audit", "list", "--json").output)["events"]
    return [each for each in told if each["action"] != "course published"]


def test_the_first_admin(alongside: Alongside, app: Flask) -> None:
    """A command makes the first administrator, with a password that is neither shown nor kept as it is."""
    result = alongside(
        *("people", "add", " Lead@Example.ORG ", "--role", "admin", "--name", " Llŷr  ŵyn "),
        typed=typed_twice(),
    )
    assert result.exit_code == 0 and f"{EMAIL} has an account now, as admin." in result.output
    made = person(app)
    assert (made.role, made.guest, made.name) == ("admin", False, "Llŷr ŵyn")
    assert str(made.password_hash).startswith("$argon2id$")
    assert PASSWORD not in result.output


def test_a_password_that_will_not_do(alongside: Alongside, app: Flask) -> None:
    """A password that is too short, or typed differently the second time, is asked for again."""
    typed = typed_twice("short") + f"{PASSWORD}\nsomething else\n" + typed_twice()
    result = alongside("people", "add", EMAIL, typed=typed)
    assert result.exit_code == 0 and "10" in result.output
    assert person(app).role == "learner"


@pytest.mark.parametrize(
    "email",
    [
        *("lead", "a@b.org, c@d.org", "", "Lead <a@b.org>", f"{'a' * 250}@b.org", "a@b\nc"),
        *("a..b@example.org", "ł@example.org", "lead@localhost"),  # with which nobody could sign in either
    ],
)
def test_not_an_address(alongside: Alongside, app: Flask, email: str) -> None:
    """What the forms would not take as an address makes no account."""
    result = alongside("people", "add", email, typed=typed_twice())
    assert result.exit_code == 2 and "is not an e-mail address" in result.output
    with app.app_context():
        assert db.session.scalars(select(User)).all() == []


def test_one_account_for_an_address(alongside: Alongside, app: Flask) -> None:
    """An address that has an account gets no second one, and is not changed."""
    add(alongside)
    again = alongside("people", "add", EMAIL.upper(), "--role", "learner")
    assert again.exit_code == 1 and "has an account already" in again.output
    assert person(app).role == "admin"


def test_invited(alongside: Alongside, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An invitation asks for no password, makes an account nobody can sign in to yet, and sends one mail."""
    result = alongside("people", "add", EMAIL, "--role", "trainer", "--invite")
    assert result.exit_code == 0 and "mails" in result.output and "Password" not in result.output
    assert person(app).password_hash is None
    sent: list[Mail] = []
    monkeypatch.setitem(MAILS, "invitation", lambda held: Mail(held.about["to"], "Hello", str(held.user_id)))
    with app.app_context():
        assert db.session.scalars(select(Delivery)).one().kind == "invitation"
        assert send_next(lambda mail, _reference: sent.append(mail))
    assert sent == [Mail(EMAIL, "Hello", str(person(app).id))]


def test_list(alongside: Alongside, client: CheckingClient) -> None:
    """The list has everyone with an account, or those with one role, for people and for programs."""
    assert "Nobody." in alongside("people", "list").output
    begin(client)  # a guest is not on it
    add(alongside)
    add(alongside, "train@example.org", "trainer")
    said = alongside("people", "list").output.splitlines()
    assert [line.partition(": ")[2] for line in said] == [f"{EMAIL}, admin", "train@example.org, trainer"]
    told = json.loads(alongside("people", "list", "--role", "trainer", "--json").output)["people"]
    assert [(each["email"], each["role"]) for each in told] == [("train@example.org", "trainer")]


def test_role(alongside: Alongside, app: Flask) -> None:
    """A role is given and taken; to whom nobody is, or what no role is, is said."""
    add(alongside)
    add(alongside, "other@example.org")
    assert "is coordinator now, admin before" in alongside("people", "role", EMAIL, "coordinator").output
    assert "is coordinator already" in alongside("people", "role", EMAIL, "coordinator").output
    assert person(app).role == "coordinator"
    nobody = alongside("people", "role", "nobody@example.org", "admin")
    assert nobody.exit_code == 1 and "Nobody has an account as" in nobody.output
    assert alongside("people", "role", EMAIL, "king").exit_code == 2


def test_the_last_administrator(alongside: Alongside, app: Flask) -> None:
    """Who would take the last administrator's role, or remove them, is told so first, and can stop."""
    add(alongside)
    stopped = alongside("people", "role", EMAIL, "learner", typed="n\n")
    assert stopped.exit_code == 1 and "the only administrator" in stopped.output
    assert "the only administrator" in alongside("people", "remove", EMAIL, typed="n\n").output
    assert person(app).role == "admin"
    assert alongside("people", "role", EMAIL, "learner", "--yes").exit_code == 0
    assert person(app).role == "learner"
    assert "only administrator" not in alongside("people", "remove", EMAIL, "--yes").output


def test_remove(alongside: Alongside, app: Flask) -> None:
    """Removing asks first; then the account is gone."""
    add(alongside)
    assert alongside("people", "remove", EMAIL, typed="n\n").exit_code == 1
    assert person(app)
    assert alongside("people", "remove", EMAIL, typed="y\n").exit_code == 0
    with app.app_context():
        assert db.session.scalars(select(User)).all() == []
    assert alongside("people", "remove", EMAIL, "--yes").exit_code == 1


def test_no_number_comes_again(alongside: Alongside, app: Flask) -> None:
    """Whoever comes after a removed person has another number: the audit trail never means somebody else."""
    add(alongside)
    removed = person(app).id
    alongside("people", "remove", EMAIL, "--yes")
    add(alongside)
    assert person(app).id > removed


def test_remove_by_certificate(alongside: Alongside, client: CheckingClient, app: Flask) -> None:
    """A learner without an account who asks to be erased is found by the code of their certificate."""
    pass_course(client, app)
    code = client.get(get_award(client)).text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    result = alongside("people", "remove", code.lower(), "--yes")
    assert result.exit_code == 0, result.output
    assert "was withdrawn" in client.get(f"/check/{code}").text
    with app.app_context():
        assert db.session.scalars(select(Award)).one().name == ""
    assert [each["action"] for each in events(alongside)] == ["person removed", "certificate withdrawn"]


def test_deeds_are_noted(alongside: Alongside, app: Flask) -> None:
    """What is done to people, areas, facts and courses is noted: by whom, what and to what, and no name."""
    add(alongside, role="trainer")
    number = f"person {person(app).id}"
    alongside("people", "role", EMAIL, "admin")
    alongside("areas", "add", "west", "The West")
    later = today() + datetime.timedelta(days=60)
    day = ("--checked", today().isoformat(), "--review-by", later.isoformat())
    assert (
        alongside(
            "facts", "set", "police name", "The Police", *day, "--source", "x", "--area", "west"
        ).exit_code
        == 0
    )
    alongside("facts", "unset", "police name", "--area", "west")
    alongside("people", "remove", EMAIL, "--yes")
    told = events(alongside)
    assert [(each["action"], each["subject"], each["detail"]) for each in reversed(told)] == [
        ("person added", number, "trainer"),
        ("role changed", number, "trainer to admin"),
        ("area kept", "west", "the default"),
        ("fact set", "police name", "west"),
        ("fact taken back", "police name", "west"),
        ("person removed", number, ""),
    ]
    assert {each["by"] for each in told} == {"a command on the server"}
    said = alongside("audit", "list").output
    assert "person added" in said and "example.org" not in said
    assert len(alongside("audit", "list", "--most", "2").output.splitlines()) == 2


def test_who_did_it_is_never_made_up(alongside: Alongside, client: CheckingClient, app: Flask) -> None:
    """A command, a page and the server itself are told apart; who was erased since is not called a command."""
    alongside("areas", "add", "west", "The West")
    admin_id = account(app, "admin@example.org", role="admin")
    sign_in(client, "admin@example.org")
    with app.test_request_context():
        admin = User.with_email("admin@example.org")
        AuditEvent.note("area kept", "north", actor=admin)
        db.session.commit()
        assert admin and AuditEvent.newest(1)[0].by == admin.label
    client.get("/account/deletion")
    assert client.send("/account/deletion", password=PEOPLE_PASSWORD).status_code == 302
    with app.app_context():
        by = {(each.action, each.subject): each.by for each in AuditEvent.newest()}
        AuditEvent.note("course published", "a-course")
        assert AuditEvent.newest(1)[0].by == "the server itself"
        old = AuditEvent(action="fact set", way="")
        assert old.by == "not known"
    assert by["area kept", "west"] == "a command on the server"
    assert by["area kept", "north"] == by["person removed", f"person {admin_id}"] == "somebody erased since"


def test_mails_tried_again_are_noted(alongside: Alongside, app: Flask) -> None:
    """That somebody had mails sent again is in the audit trail, with how many, and not where there were none."""
    alongside("mails", "retry")
    assert events(alongside) == []
    with app.app_context():
        db.session.add_all(Delivery(kind="reset", about={"to": EMAIL}, state="stalled") for _ in range(2))
        db.session.commit()
    alongside("mails", "retry")
    (event,) = events(alongside)
    assert (event["action"], event["subject"]) == ("mails tried again", "2 mails")
    assert event["by"] == "a command on the server"


def test_courses_are_noted(alongside: Alongside, app: Flask, tmp_path: Path) -> None:
    """Publishing and going back are noted once for each time something changed."""
    folder = tmp_path / "small"
    alongside("courses", "new", str(folder))
    for title in ("One", "One", "Two"):
        course = (folder / "course.md").read_text(encoding="utf-8")
        first = next(line for line in course.splitlines() if line.startswith("title:"))
        (folder / "course.md").write_text(course.replace(first, f"title: {title}"), encoding="utf-8")
        result = alongside("courses", "publish", str(folder), "--note", "Private words")
        assert result.exit_code == 0, result.output
    with app.app_context():
        newest = AuditEvent.newest(2)
        assert [each.action for each in newest] == ["course published"] * 2
        slug, first_revision = newest[1].subject, newest[1].detail.removeprefix("revision ")
    result = alongside("courses", "rollback", slug, first_revision, "--yes")
    assert result.exit_code == 0, result.output
    with app.app_context():
        back = AuditEvent.newest(1)[0]
        assert (back.action, back.detail) == ("course rolled back", f"to revision {first_revision}")
        assert "Private" not in repr([each.detail for each in AuditEvent.newest()])


def test_nothing_done_nothing_noted(app: Flask) -> None:
    """A deed that is not kept is not noted either."""
    with app.app_context():
        begin_writing()
        AuditEvent.note("fact set", "police name")
        db.session.rollback()
        assert [each for each in AuditEvent.newest() if each.action == "fact set"] == []
