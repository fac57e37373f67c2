"""Erasing a person: what they did goes, and so does their name, wherever it stands."""

from flask import current_app
from sqlalchemy import delete, or_, select, update

from lms.db import begin_writing, db, now
from lms.mail import forget_files_of
from lms.models import Attempt, AuditEvent, Award, Delivery, Enrolment, Identity, LessonDone, Session, User


def erase(user: User) -> None:
    """Erase everything that tells who `user` is and what they did. Twice is once. The caller commits.

    A certificate was given to others to check, so its row stays, without a name, and answers that it was
    withdrawn. It hangs on a row for a person of whom nothing is known; without certificates nothing stays.
    """
    user_id = user.id
    begin_writing()
    held = db.session.get(User, user_id, with_for_update=True, populate_existing=True)
    if held is None:
        return
    _forget_mail(held)
    db.session.execute(delete(Session).where(Session.user_id == user_id))
    db.session.execute(delete(Identity).where(Identity.user_id == user_id))
    enrolments = set(db.session.scalars(select(Enrolment.id).filter_by(user_id=user_id).with_for_update()))
    awarded = set(db.session.scalars(select(Award.enrolment_id).where(Award.enrolment_id.in_(enrolments))))
    if not awarded:
        db.session.delete(held)
        return
    db.session.execute(delete(Enrolment).where(Enrolment.id.in_(enrolments - awarded)))
    _withdraw(awarded)
    _empty(held)


def _forget_mail(user: User) -> None:
    """Mails to this person, and those to their address that were asked for before it had an account.

    Where no mail server is set, they were written to files, which go too.
    """
    theirs = Delivery.user_id == user.id
    to_them = Delivery.about["to"].as_string() == user.email
    references = {delivery.reference for delivery in db.session.scalars(select(Delivery).where(theirs))}
    forget_files_of(current_app.extensions["alongside"], user.email, references)
    db.session.execute(delete(Delivery).where(or_(theirs, to_them) if user.email else theirs))


def _withdraw(enrolments: set[int]) -> None:
    """Leave of these enrolments only certificates that carry no name and no longer stand."""
    db.session.execute(delete(Attempt).where(Attempt.enrolment_id.in_(enrolments)))
    db.session.execute(delete(LessonDone).where(LessonDone.enrolment_id.in_(enrolments)))
    db.session.execute(update(Enrolment).where(Enrolment.id.in_(enrolments)).values(context=""))
    awards = db.session.scalars(select(Award).where(Award.enrolment_id.in_(enrolments)))
    for award in awards:
        award.name, award.revoked_at = "", award.revoked_at or now()
        AuditEvent.note("certificate withdrawn", f"certificate {award.id}", detail="its holder was erased")


def _empty(user: User) -> None:
    """Take from the row all that could tell whose it was."""
    db.session.execute(update(AuditEvent).where(AuditEvent.actor_id == user.id).values(actor_id=None))
    user.guest, user.role = True, "learner"
    user.email = user.password_hash = user.name = user.come_back_hash = user.area = None
