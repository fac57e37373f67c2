"""A guest's doings become part of an account: nothing is lost, whatever the two histories were."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lms.app import create_app
from lms.db import db, now
from lms.library import live_course
from lms.merging import merge
from lms.models import Answer, Attempt, Award, Enrolment, LessonDone, Session, User
from tests.conftest import Database, close, settings_for
from tests.lms.people import EMAIL, account, another, sign_in
from tests.lms.test_learning import (
    COURSE,
    SLUG,
    answer_all,
    begin,
    get_award,
    pass_course,
    read_lessons,
    start_quiz,
)
from tests.page_checks import CheckingClient

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Round:
    """One person's round of one course, to be put into the database."""

    course: str
    lessons: frozenset[str]
    attempts: tuple[tuple[str, int, str | None], ...]  # quiz, began on day, token
    completed: int | None
    names: tuple[str, ...] = field(default=())  # on certificates, each replacing the one before


rounds = st.builds(
    Round,
    course=st.sampled_from([SLUG, "gone"]),
    lessons=st.frozensets(st.sampled_from("abcd")),
    attempts=st.lists(
        st.tuples(st.sampled_from(["q", "r"]), st.integers(0, 9), st.sampled_from([None, "t", "u", "v"])),
        max_size=4,
        unique_by=lambda attempt: attempt[2] or object(),
    ).map(tuple),
    completed=st.none() | st.integers(0, 9),
    names=st.lists(st.sampled_from(["Zoë", "Sam"]), max_size=2).map(tuple),
)
AWARDED = Round(SLUG, frozenset("a"), (("q", 1, None),), 1, ("Zoë", "Sam"))
UNFINISHED = Round(SLUG, frozenset("b"), (), None)

histories = st.lists(rounds, max_size=4)


def put(user: User, history: list[Round], codes: list[str]) -> None:
    """Into the database, as the product would have written it."""
    found = live_course(SLUG)
    assert found
    start, cycles = now() - 30 * DAY, dict[str, int]()
    for each in history:
        cycles[each.course] = cycle = cycles.get(each.course, 0) + 1
        completed = start + each.completed * DAY if each.completed is not None else None
        held = Enrolment(user=user, course=each.course, cycle=cycle, began_at=start, completed_at=completed)
        db.session.add(held)
        db.session.flush()
        db.session.add_all(LessonDone(enrolment_id=held.id, lesson=lesson) for lesson in each.lessons)
        numbers = dict[str, int]()
        for quiz, day, token in each.attempts:
            numbers[quiz] = numbers.get(quiz, 0) + 1
            attempt = Attempt(
                enrolment_id=held.id,
                quiz=quiz,
                number=numbers[quiz],
                token=token,
                revision_id=found[1],
                drawn=[],
                facts={},
                began_at=start + day * DAY,
            )
            db.session.add(attempt)
            db.session.flush()
            db.session.add(Answer(attempt_id=attempt.id, question=f"{quiz}#{attempt.id}", given=[day]))
        old: Award | None = None
        for name in each.names if completed else ():
            new = Award(
                enrolment_id=held.id,
                revision_id=found[1],
                code=f"{len(codes):012}",
                name=name,
                course=each.course,
                title="T",
                summary="S",
                issuer="I",
                language="en",
                awarded=now().date(),
            )
            codes.append(new.code)
            db.session.add(new)
            db.session.flush()
            if old:
                old.replaced_by_id = new.id
            old = new
    db.session.flush()


def told(users: list[int]) -> tuple[set[object], list[object], list[object]]:
    """Lessons by course; every attempt with its answers; every certificate with what it says. Of these people."""
    mine = Enrolment.user_id.in_(users)
    lessons = db.session.execute(select(Enrolment.course, LessonDone.lesson).join(LessonDone).where(mine))
    attempts = db.session.execute(
        select(Enrolment.course, Attempt.id, Attempt.quiz, Attempt.began_at, Answer.question, Answer.given)
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .join(Answer)
        .where(mine)
        .order_by(Attempt.id)
    )
    awards = db.session.execute(
        select(Award.code, Award.name, Award.course, Award.replaced_by_id, Award.revoked_at)
        .join(Enrolment)
        .where(mine)
        .order_by(Award.code)
    )
    return {tuple(row) for row in lessons}, [tuple(row) for row in attempts], [tuple(row) for row in awards]


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for many examples, each of which is rolled back."""
    held: Database = request.getfixturevalue(request.param)
    made = create_app(settings_for(held.copy(), tmp_path_factory.mktemp("merging")))
    yield made
    close(made)


@pytest.mark.slow
@settings(max_examples=60)
@example(theirs=[AWARDED], mine=[AWARDED, UNFINISHED])
@example(theirs=[AWARDED], mine=[AWARDED])
@given(theirs=histories, mine=histories)
def test_nothing_is_lost(shared: Flask, theirs: list[Round], mine: list[Round]) -> None:
    """Merging any two histories keeps every lesson, attempt, answer and certificate, in rounds and numbers without gaps."""
    with shared.app_context():
        db.session.connection(
            execution_options={"writes": True}
        )  # so that merging goes on in this transaction
        codes: list[str] = []
        guest, user = User(), User(guest=False, email=EMAIL)
        db.session.add_all([guest, user])
        put(guest, theirs, codes)
        put(user, mine, codes)
        users = [guest.id, user.id]
        before, completed = told(users), completed_courses(users)
        assert merge(*users) is user
        db.session.expire_all()
        assert told([user.id]) == before and told([users[0]])[1:] == ([], [])
        assert completed <= completed_courses([user.id])
        check_numbers(user)
        db.session.rollback()


def completed_courses(users: list[int]) -> set[str]:
    done = select(Enrolment.course).where(Enrolment.user_id.in_(users), Enrolment.completed_at.is_not(None))
    return set(db.session.scalars(done))


def check_numbers(user: User) -> None:
    """Rounds and attempts count from 1; attempts in the order they began; one standing certificate a round."""
    cycles: dict[str, list[int]] = {}
    for enrolment in db.session.scalars(
        select(Enrolment).filter_by(user_id=user.id).order_by(Enrolment.cycle)
    ):
        cycles.setdefault(enrolment.course, []).append(enrolment.cycle)
        standing = select(Award).filter_by(enrolment_id=enrolment.id, replaced_by_id=None)
        assert len(db.session.scalars(standing).all()) <= 1
        for quiz in ("q", "r"):
            attempts = Attempt.of(enrolment, quiz)
            assert [each.number for each in attempts] == list(range(1, len(attempts) + 1))
    assert all(each == list(range(1, len(each) + 1)) for each in cycles.values())


def test_attempts_are_numbered_as_they_began(app: Flask) -> None:
    """The last attempt is the one begun last, whoever began it: a quiz may count the last."""
    with app.app_context():
        guest, user = User(), User(guest=False, email=EMAIL)
        db.session.add_all([guest, user])
        put(guest, [Round(SLUG, frozenset(), (("q", 1, "t"), ("q", 5, None)), None)], [])
        put(user, [Round(SLUG, frozenset(), (("q", 3, "t"),), None)], [])
        db.session.commit()
        merge(guest.id, user.id)
        db.session.commit()
        found = Enrolment.of(user, SLUG)
        assert found
        assert [answer.given for each in Attempt.of(found, "q") for answer in each.answers] == [[1], [3], [5]]


def ways(client: CheckingClient, take: str) -> None:
    client.get("/account/merge")
    assert client.send("/account/merge", take=take).status_code == 302


def test_who_signs_in_is_asked(client: CheckingClient, app: Flask) -> None:
    """A guest who signs in is asked first; with yes, the account has it all, and the guest is gone."""
    account(app)
    attempt = pass_course(client, app)
    award = get_award(client, "Zoë")
    client.get("/come-back/code")
    code = client.send("/come-back/code").text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    client.get("/sign-in")
    assert client.send("/sign-in", email=EMAIL, password="violet kettle marches").location == "/account/merge"
    assert client.get(award).status_code == 404, "nothing is taken before the answer"
    page = client.get("/account/merge").text
    assert "12 of 12 parts, with a certificate" in page and "days after it was last used" not in page
    assert "It has a certificate, with a name on it. That is kept" in page
    assert "Was that you?" in client.get("/account").text
    before = client.get_cookie("alongside")
    ways(client, "yes")
    assert client.get(award).status_code == client.get(f"{attempt}/result").status_code == 200
    assert client.get_cookie("alongside") != before and "Was that you?" not in client.get("/account").text
    with app.app_context():
        assert [user.email for user in db.session.scalars(select(User))] == [EMAIL]
        assert len(db.session.scalars(select(Session)).all()) == 1
    stranger = another(app)
    stranger.get("/come-back")
    assert stranger.send("/come-back", code=code).status_code == 422


def test_no_leaves_it_to_the_code(client: CheckingClient, app: Flask) -> None:
    """With no, the account has nothing of it; the come-back code still leads there, and we do not ask again."""
    account(app)
    begin(client)
    client.get("/come-back/code")
    code = client.send("/come-back/code").text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    sign_in(client)
    assert "It is deleted 30 days after it was last used." in client.get("/account/merge").text
    ways(client, "no")
    assert "Was that you?" not in client.get("/account").text and "Carry on" not in client.get("/").text
    ways(client, "yes")  # too late: there is nothing to take any more
    assert "Carry on" not in client.get("/").text
    stranger = another(app)
    stranger.get("/come-back")
    assert stranger.send("/come-back", code=code).status_code == 302
    assert "Carry on" in stranger.get("/").text


def test_what_two_began_is_finished_together(client: CheckingClient, app: Flask) -> None:
    """Lessons read as a guest and a quiz passed with the account complete the course, and its certificate is there."""
    account(app)
    phone = another(app)
    sign_in(phone)
    begin(phone)
    attempt = start_quiz(phone)
    from_phone(phone, app, attempt)
    assert phone.get(f"{COURSE}/certificate").location == COURSE
    begin(client)
    read_lessons(client, app)
    sign_in(client)
    ways(client, "yes")
    assert client.get(f"{COURSE}/certificate").status_code == 200


def from_phone(phone: CheckingClient, app: Flask, attempt: str) -> None:
    answer_all(phone, app, attempt)
    phone.get(f"{attempt}/review")
    phone.send(f"{attempt}/submission")


def test_two_certificates_both_stand(client: CheckingClient, app: Flask) -> None:
    """Who has a certificate twice keeps both, valid, each in its round."""
    account(app)
    phone = another(app)
    sign_in(phone)
    pass_course(phone, app)
    get_award(phone, "Zoë")
    pass_course(client, app)
    get_award(client, "Sam")
    sign_in(client)
    ways(client, "yes")
    with app.app_context():
        awards = db.session.scalars(select(Award).order_by(Award.id)).all()
        assert [award.name for award in awards] == ["Zoë", "Sam"]
        assert [award.state for award in awards] == ["valid", "valid"]
        assert len({award.enrolment_id for award in awards}) == 2


@pytest.mark.parametrize("case", ["two accounts", "two guests", "nobody", "oneself"])
def test_only_a_guest_into_an_account(app: Flask, case: str) -> None:
    """Two accounts are never merged, nor two guests, nor anyone with nobody."""
    with app.app_context():
        one, other = User(guest=case != "two accounts"), User(guest=case == "two guests")
        db.session.add_all([one, other])
        db.session.commit()
        with_whom = {"nobody": 0, "oneself": one.id}.get(case, other.id)
        assert merge(one.id, with_whom) is None
        assert len(db.session.scalars(select(User)).all()) == 2


def test_a_guest_who_is_gone(client: CheckingClient, app: Flask) -> None:
    """A guest who was deleted before the answer came has nothing to take; the account is as it was."""
    account(app)
    begin(client)
    sign_in(client)
    client.get("/account/merge")
    with app.app_context():
        db.session.execute(db.delete(User).where(User.guest))
        db.session.commit()
    assert client.send("/account/merge", take="yes").status_code == 302
    assert client.get("/account").status_code == 200
