"""Everything that is held about a person, in words they can read and a program can too."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, or_, select

from courses.course import Course
from courses.paths import LearningPath
from lms.db import db
from lms.facts import known
from lms.learning import questions, quiz_of
from lms.library import catalogue
from lms.models import Attempt, AuditEvent, Award, Delivery, Enrolment, ResourceLink, Session, User
from lms.outbox import GRADE

Held = dict[str, Any]
Taught = Mapping[str, Course | LearningPath]


def held_about(user: User) -> Held:
    """All of it: texts, numbers, dates, lists. Of secrets, kept as fingerprints, that there is one."""
    taught: Taught = {slug: each for kind in catalogue() for slug, each in kind.items()}
    return {
        "account": _account(user),
        "courses": [_enrolment(each, taught) for each in _of(Enrolment, user)],
        "sessions": [_session(each) for each in _of(Session, user)],
        "mails": [_mail(each) for each in _of(Delivery, user) if each.kind != GRADE],
        "grades": [_grade(each) for each in _of(Delivery, user) if each.kind == GRADE],
        "deeds": [_deed(each) for each in db.session.scalars(_deeds(user))],
    }


def _deeds(user: User) -> Select[AuditEvent]:
    """What they did for this site, and what was done to their account since it is theirs."""
    to_them = and_(AuditEvent.subject == user.label, AuditEvent.at >= user.began_at)
    return select(AuditEvent).where(or_(AuditEvent.actor_id == user.id, to_them)).order_by(AuditEvent.id)


def _of(model: type[Any], user: User) -> list[Any]:
    return list(db.session.scalars(select(model).filter_by(user_id=user.id).order_by(model.id)))


def _account(user: User) -> Held:
    return {
        "e-mail": user.email,
        "name": user.name,
        "role": user.role,
        "area": known().areas.get(user.area or "", user.area),
        "begun at": user.began_at,
        "last active at": user.active_at,
        "has a password": user.password_hash is not None,
        "has a come-back code": user.come_back_hash is not None,
    }


def _enrolment(enrolment: Enrolment, taught: Taught) -> Held:
    course = taught.get(enrolment.course)
    attempts = select(Attempt).filter_by(enrolment_id=enrolment.id).order_by(Attempt.began_at)
    awards = select(Award).filter_by(enrolment_id=enrolment.id).order_by(Award.id)
    return {
        "course": course.title if course else _in_words(enrolment.course),
        "round": enrolment.cycle,
        "begun at": enrolment.began_at,
        "completed at": enrolment.completed_at,
        "lessons": _lessons(enrolment, course),
        "attempts": [_attempt(each) for each in db.session.scalars(attempts)],
        "certificates": [_award(each) for each in db.session.scalars(awards)],
    }


def _lessons(enrolment: Enrolment, taught: Course | LearningPath | None) -> list[Held]:
    """In the order of the course; those that it no longer has come last."""
    titles = {each.id: each.title for each in taught.lessons} if isinstance(taught, Course) else {}
    order = [*titles, *(each.lesson for each in enrolment.lessons if each.lesson not in titles)]
    return [
        {"lesson": titles.get(each.lesson) or _in_words(each.lesson), "done at": each.done_at}
        for each in sorted(enrolment.lessons, key=lambda done: order.index(done.lesson))
    ]


def _in_words(slug: str) -> str:
    """What is no longer taught has no title here, but its name in addresses is made of words."""
    return slug.replace("-", " ").capitalize()


def _attempt(attempt: Attempt) -> Held:
    saved = {answer.question: answer for answer in attempt.answers}
    return {
        "quiz": quiz_of(attempt).title,
        "number": attempt.number,
        "begun at": attempt.began_at,
        "time until": attempt.deadline_at,
        "extra time in per cent": attempt.extra_time,
        "handed in at": attempt.submitted_at,
        "marks in per cent": attempt.percent,
        "passed": attempt.passed,
        "answers": [
            {
                "question": asked.stem.words,
                "given": [asked.options[place].text.words for place in saved[asked.id].given],
                "saved at": saved[asked.id].saved_at,
            }
            for asked in questions(attempt)
            if asked.id in saved
        ],
    }


def _award(award: Award) -> Held:
    return {
        "title": award.title,
        "name": award.name or None,
        "code": award.code_display,
        "awarded": award.awarded,
        "valid until": award.valid_until,
        "state": award.state,
    }


def _session(session: Session) -> Held:
    return {
        "begun at": session.began_at,
        "last used at": session.used_at,
        "ends at": session.ends_at,
        "display": session.display or None,
    }


def _grade(delivery: Delivery) -> Held:
    link = db.session.get_one(ResourceLink, delivery.resource_link_id)
    return {
        "to": link.deployment.platform.name,
        "title": link.title,
        "asked for at": delivery.made_at,
        "state": delivery.state,
        "sent at": delivery.sent_at,
    }


def _mail(delivery: Delivery) -> Held:
    return {
        "about": delivery.kind,
        "to": delivery.about.get("to"),
        "new address": delivery.about.get("new"),
        "language": delivery.about.get("language"),
        "asked for at": delivery.made_at,
        "state": delivery.state,
        "sent at": delivery.sent_at,
    }


def _deed(event: AuditEvent) -> Held:
    return {"at": event.at, "action": event.action, "subject": event.subject, "detail": event.detail}
