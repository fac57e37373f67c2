"""Migrations: with what a real installation holds, up, down and up again, nothing is lost on either database."""

import datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, MetaData, inspect, select, text

from lms.app import MIGRATIONS
from lms.db import db
from lms.models import AuditEvent, Throttle, User
from lms.worker import beat
from tests.lms.test_backup import shown
from tests.lms.test_learning import answer_all, begin, get_award, pass_course, start_quiz
from tests.page_checks import CheckingClient

FIRST = "ee64f1c283f8"
Rows = dict[str, list[dict[str, Any]]]


def all_rows() -> Rows:
    """Every row of every table, in the order of its key."""
    with db.engine.connect() as connection:
        tables = reflected(connection)
        return {
            table.name: [
                dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in tables.sorted_tables
            if table.name != "alembic_version"
        }


def reflected(connection: Connection) -> MetaData:
    """The tables as the database has them, whatever the models say."""
    tables = MetaData()
    tables.reflect(connection)
    return tables


def columns() -> dict[str, set[str]]:
    """The columns of every table."""
    look = inspect(db.engine)
    return {name: {column["name"] for column in look.get_columns(name)} for name in look.get_table_names()}


def only(rows: Rows, kept: dict[str, set[str]]) -> Rows:
    """The rows with no more tables and columns than `kept` has."""
    return {
        table: [{name: value for name, value in row.items() if name in kept[table]} for row in held]
        for table, held in rows.items()
        if table in kept
    }


def put(rows: Rows) -> None:
    """Write rows into the tables that are there."""
    with db.engine.execution_options(writes=True).begin() as connection:
        for table in reflected(connection).sorted_tables:
            if rows.get(table.name):
                newest_first = rows[table.name][::-1]  # an award is replaced by a later one
                connection.execute(table.insert(), newest_first)
            if db.engine.dialect.name == "postgresql" and "id" in table.columns:
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), "  # noqa: S608
                        f'(SELECT max(id) FROM "{table.name}"))'
                    )
                )


@pytest.fixture
def lived_in(client: CheckingClient, app: Flask) -> Flask:
    """An installation with a row in every table: someone passed, changed their name, and someone gave up."""
    pass_course(client, app)
    get_award(client, "Old Name")
    get_award(client)
    other = app.test_client()
    assert isinstance(other, CheckingClient)
    begin(other)
    answer_all(other, app, start_quiz(other), right=False)
    with app.app_context():
        beat()
        Throttle.allows("test", "me", tries=5, within=datetime.timedelta(hours=1))
        db.session.remove()
    return app


def test_the_models_are_what_migrations_make(app: Flask) -> None:
    """After all migrations the database is exactly what the models describe, types too, on one line of history."""
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_from_the_first_version_to_the_newest(lived_in: Flask, client: CheckingClient) -> None:
    """Upgraded from the first version, every row is as it was, and the learner's page too."""
    page = shown(client)
    assert "certificate" in page
    with lived_in.app_context():
        lived = all_rows()
        downgrade(revision="base")
        assert set(columns()) <= {"alembic_version"}
        upgrade(revision=FIRST)
        before = only(lived, first := columns())
        assert all(before[table] for table in first.keys() - {"alembic_version"}), "a row in every table"
        put(before)
        upgrade()
        after = all_rows()
        assert only(after, first) == before
        assert not broken_links()
        learn_what_is_new(before, after)
        db.engine.dispose()
    assert shown(client) == page


def learn_what_is_new(before: Rows, after: Rows) -> None:
    """What the migration fills in is what was so all along."""
    assert {row["extra_time"] for row in after["attempt"]} == {0}
    assert [row["size"] for row in after["blob"]] == [len(row["data"]) for row in before["blob"]]
    assert {row["kind"] for row in after["course_state"]} == {"course"}
    assert [each["words"]["days"] for each in after["award"]] == [
        {row["awarded"].isoformat(): f"{row['awarded'].day} {row['awarded']:%B %Y}"}
        | {row["valid_until"].isoformat(): f"{row['valid_until'].day} {row['valid_until']:%B %Y}"}
        for row in after["award"]
    ]
    live = {row["course"]: row["revision_id"] for row in before["course_state"]}
    assert {row["course"]: row["revision_id"] for row in after["publication"]} == live
    published = {row["id"]: row["published_at"] for row in before["revision"]}
    assert all(row["live_from"] == published[row["revision_id"]] for row in after["publication"])


def broken_links() -> list[Any]:
    """Rows that point to rows that are not there; PostgreSQL never lets it come to that."""
    if db.engine.dialect.name == "postgresql":
        return []
    with db.engine.connect() as connection:
        return list(connection.exec_driver_sql("PRAGMA foreign_key_check"))


def test_down_and_up_again(lived_in: Flask, client: CheckingClient) -> None:
    """Each migration can be undone and done again with the data still there: no cascade deletes a row."""
    page = shown(client)
    with lived_in.app_context():
        before = all_rows()
        for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions():
            if script.down_revision is None:
                break
            downgrade(revision=str(script.down_revision))
            older = columns()
            assert only(all_rows(), older) == only(before, older)
            assert not broken_links()
        upgrade()
        after = all_rows()
        assert only(after, older) == only(before, older)
        before.pop("audit_event")  # its table goes on the way down, and nothing older knows what was done
        assert all(len(after[table]) >= len(rows) for table, rows in before.items())
        db.engine.dispose()
    assert shown(client) == page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_numbers_that_were_given_before(lived_in: Flask) -> None:
    """Counting begins after the numbers of those who were removed before it did; what hangs on people still does."""
    with lived_in.app_context():
        downgrade(revision="c1d7a52b9e40")
        with db.engine.execution_options(writes=True).begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO audit_event (at, action, subject, detail)"
                    " VALUES ('2026-11-21 12:00:00', 'person removed', 'person 900', '')"
                )
            )
        upgrade()
        assert not broken_links()
        assert AuditEvent.newest(1)[0].by == "a command on the server", "so it was, and it is said now"
        db.session.rollback()
        with db.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text('DELETE FROM "user"'))
            assert connection.scalar(text("SELECT count(*) FROM enrolment")) == 0, "they went along"
        db.session.add(newest := User())
        db.session.flush()
        assert newest.id == 901
        db.session.rollback()
        db.engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_foreign_keys_are_back_on(app: Flask) -> None:
    """Migrations put foreign keys off on SQLite only for themselves: the next connection has them on."""
    with app.app_context():
        downgrade(revision=FIRST)
        upgrade()
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        db.engine.dispose()
