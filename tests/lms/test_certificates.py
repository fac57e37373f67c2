"""Whose name is on a certificate may take it off, from each, and what others are told stays true."""

import dataclasses
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from certificates.wording import ENGLISH
from lms import printing
from lms.db import db, now
from lms.models import AuditEvent, Award
from lms.models.award import today
from tests.lms.people import another
from tests.lms.test_learning import COURSE, begin, get_award, pass_course
from tests.page_checks import CheckingClient

OLD, NEW = "Old Name", "New Name"


@pytest.fixture
def holder(client: CheckingClient, app: Flask) -> CheckingClient:
    """Somebody who holds a certificate that stands."""
    pass_course(client, app)
    return client


def code_of(award: str, app: Flask) -> str:
    with app.app_context():
        return db.session.get_one(Award, int(award.rpartition("/")[2])).code_display


def take_off(client: CheckingClient, award: str) -> None:
    client.get(f"{award}/name-removal")
    assert client.send(f"{award}/name-removal").location == award


def test_each_certificate_is_there(holder: CheckingClient, app: Flask) -> None:
    """The page has every certificate with its name, the replaced one too, and nobody else's."""
    codes = [code_of(get_award(holder, name), app) for name in (OLD, NEW)]
    page = holder.get("/account/certificates").text
    assert all(words in page for words in (OLD, NEW, *codes, "replaced by a newer one"))
    assert page.index(NEW) < page.index(OLD)
    begin(other := another(app))
    page = other.get("/account/certificates").text
    assert "none yet" in page and OLD not in page
    assert "/account/certificates" in holder.get("/account").text


def test_the_name_on_a_replaced_one(holder: CheckingClient, app: Flask) -> None:
    """It goes from that one alone: it still answers that it was replaced, and the newer one stands as it did."""
    old, new = (get_award(holder, name) for name in (OLD, NEW))
    take_off(holder, old)
    with app.app_context():
        assert [each.name for each in db.session.scalars(select(Award).order_by(Award.id))] == ["", NEW]
    page = holder.get(f"/check/{code_of(old, app)}").text
    assert "was replaced" in page and "We hold no name for it any more" in page and "Is it theirs" not in page
    assert "is valid" in holder.get(f"/check/{code_of(new, app)}").text
    assert OLD not in holder.get(old).text + holder.get("/account/certificates").text
    assert holder.get(f"{old}/certificate.pdf").status_code == 404
    assert "no name on this certificate any more" in holder.get(f"{old}/name-removal").text


def test_the_name_on_one_that_stands(holder: CheckingClient, app: Flask) -> None:
    """It does not count without its name, and its holder is told before; then another can be made."""
    old = get_award(holder, OLD)
    assert "It stops being valid" in holder.get(f"{old}/name-removal").text
    take_off(holder, old)
    take_off(holder, old)
    assert "was withdrawn" in holder.get(f"/check/{code_of(old, app)}").text
    assert "You took your name off this one" in holder.get(old).text
    with app.app_context():
        told = [(each.subject, each.detail) for each in AuditEvent.newest(2)]
        assert told[0] == ("certificate 1", "by its holder") != told[1], "once"
    new = get_award(holder, OLD)
    assert new != old and "is valid" in holder.get(f"/check/{code_of(new, app)}").text
    assert "was replaced" in holder.get(f"/check/{code_of(old, app)}").text


def test_the_name_on_one_past_its_date(holder: CheckingClient, app: Flask) -> None:
    """It is past its date with or without a name, and the course can be taken again."""
    award = get_award(holder, OLD)
    with app.app_context():
        db.session.execute(update(Award).values(valid_until=today().replace(year=2020)))
        db.session.commit()
    take_off(holder, award)
    assert "has expired" in holder.get(f"/check/{code_of(award, app)}").text
    assert "Take the course again" in holder.get(award).text


def test_what_was_withdrawn_stays_so(holder: CheckingClient, app: Flask) -> None:
    """Whose certificate was withdrawn by others gets no new one by taking the name off the old."""
    award = get_award(holder, OLD)
    with app.app_context():
        db.session.execute(update(Award).values(revoked_at=now()))
        db.session.commit()
    take_off(holder, award)
    assert get_award(holder, NEW) == award and "Make a new certificate" not in holder.get(award).text
    assert "was withdrawn" in holder.get(f"/check/{code_of(award, app)}").text


def test_it_says_the_same_for_ever(
    holder: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate printed in five years says the words of the day it was awarded, with another name too."""
    award = get_award(holder, OLD)
    before = holder.get(f"{award}/certificate.pdf").data
    later = dataclasses.replace(ENGLISH, heading="Diploma", day=lambda day: day.isoformat())
    monkeypatch.setattr(printing, "ENGLISH", later)
    assert holder.get(f"{award}/certificate.pdf").data == before
    said = [kept_words(app, each) for each in (award, get_award(holder, NEW))]
    assert said[0] == said[1] and said[0]["heading"] == "Certificate of completion"
    with app.app_context():
        (written,) = {each.awarded for each in db.session.scalars(select(Award))}
        db.session.execute(update(Award).values(words=None))
        db.session.commit()
    assert f"{written.day} {written:%B %Y}" in said[0]["days"].values()
    assert holder.get(f"{award}/certificate.pdf").data != before, "an old one says what is said today"


def kept_words(app: Flask, award: str) -> dict[str, Any]:
    with app.app_context():
        return db.session.get_one(Award, int(award.rpartition("/")[2])).words or {}


def test_the_course_leads_on(holder: CheckingClient, app: Flask) -> None:
    """Who took their name off finds a new certificate from their course, with the field for the name empty."""
    take_off(holder, award := get_award(holder, OLD))
    assert award in holder.get(COURSE).text
    assert f'href="{COURSE}/certificate"' in holder.get(award).text
    page = holder.get(f"{COURSE}/certificate").text
    assert (
        'value=""' in page.split('id="name"')[1].split(">")[0]
        and "The certificate you have now says" not in page
    )
