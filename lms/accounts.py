"""What people do with their accounts: make one, prove who they are, change it. None of these commits.

Who hashes or checks a password does it before the database's turn, and looks again inside.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from lms import links, passwords
from lms.db import begin_writing, db, now
from lms.links import Claims
from lms.models import Delivery, Session, Throttle, User
from lms.models.throttle import NO_TIME
from lms.models.user import fingerprint
from lms.outbox import enqueue

FREE_TRIES = 5  # for one account, from one network
FREE_TRIES_FROM_NETWORK = 30  # for any accounts: a whole class may sit behind one address
MOST_TRIES = 100  # for one account in an hour, from all networks together


@dataclass(frozen=True)
class Refused:
    """Why a password was not accepted: it is wrong, or too many were tried and one has to wait."""

    wait: timedelta = NO_TIME


@dataclass(frozen=True, kw_only=True)
class Proven:
    """Someone gave the right password. `held` is the hash it was checked against, `kept` the one to keep."""

    user_id: int
    email: str
    caller: str
    held: str
    kept: str

    def user(self) -> User | None:
        """The account, ours alone until the request ends; None when its password was changed meanwhile."""
        user = User.locked(self.user_id)
        if user is None or user.password_hash != self.held:
            return None
        user.password_hash = self.kept
        Throttle.clear("sign in", f"{self.email} {self.caller}")
        Throttle.forgive("sign in to", self.email)
        Throttle.forgive("sign in from", self.caller)
        return user


def prove(email: str, password: str, caller: str) -> Proven | Refused:
    """Check a password at the pace that guessing deserves; as slow and as silent for an unknown address."""
    email = email.strip().lower()
    if wait := _pace(email, caller):
        return Refused(wait)
    user = User.with_email(email)
    user_id, held = (user.id, user.password_hash) if user else (0, None)
    db.session.rollback()  # nothing stays open while the hash is made
    if not passwords.matches(held, password) or held is None:
        return Refused()
    kept = passwords.hashed(password) if passwords.outdated(held) else held
    return Proven(user_id=user_id, email=email, caller=caller, held=held, kept=kept)


def _pace(email: str, caller: str) -> timedelta:
    """Count a try; how long to wait, if at all.

    A guesser slows their own network, and not the owner of the account in theirs. Only who guesses from many
    networks reaches the limit on all of them together; then a link by mail is the way in.
    """
    wait = Throttle.must_wait("sign in", f"{email} {caller}", free=FREE_TRIES)
    wait = wait or Throttle.must_wait("sign in from", caller, free=FREE_TRIES_FROM_NETWORK)
    if wait or Throttle.allows("sign in to", email, tries=MOST_TRIES, within=Throttle.LONGEST):
        return wait
    return Throttle.LONGEST


def ask_to_sign_up(email: str, guest_id: int | None, *, take: bool) -> None:
    """Send a link to make an account. With `take`, what the guest did goes along."""
    begin_writing()
    guest = db.session.get(User, guest_id, populate_existing=True) if guest_id and take else None
    enqueue("sign up", to=email, user=guest, take=take)


def open_account(claims: Claims, password_hash: str, name: str | None) -> User | None:
    """The new account that a link is for. None when the link was used or the address has an account."""
    guest = User.locked(claims["guest"]) if claims["guest"] else None
    begin_writing()
    if not links.spend(claims) or User.with_email(claims["to"]):
        return None
    user = guest if guest and guest.guest else User()
    user.guest, user.come_back_hash = False, None
    user.email, user.password_hash, user.name = claims["to"], password_hash, name or user.name
    user.active_at = now()
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError:  # another link for the same address was quicker
        db.session.rollback()
        return None
    Session.end_all(user)
    return user


def ask_for_reset(email: str) -> None:
    """Send a link to choose a new password. It is noted alike where there is no account to send it to."""
    begin_writing()
    enqueue("reset", to=email, user=User.with_email(email))


def reset_password(claims: Claims, password_hash: str) -> User | None:
    """The account with its new password and no session left. None when the link is no good any more."""
    user = locked_subject(claims)
    if user is None or not links.spend(claims):
        return None
    change_password(user, password_hash)
    return user


def subject(claims: Claims | None) -> User | None:
    """The account a link is about, if nothing has changed there since it was sent; else None."""
    user = db.session.get(User, claims["user"]) if claims else None
    return user if user and claims and state(user) == claims["state"] else None


def locked_subject(claims: Claims | None) -> User | None:
    """The same, ours alone until the request ends."""
    return subject(claims) if claims and User.locked(claims["user"]) else None


def change_password(user: User, password_hash: str) -> None:
    """Keep a new password and end all sessions. Links sent before are bound to the old one, and dead.

    Whose password was another until now is told.
    """
    if user.password_hash:
        enqueue("password changed", to=user.email or "", user=user)
    user.password_hash = password_hash
    Session.end_all(user)


def state(user: User) -> str:
    """What links about an account are bound to: when its address or password changes, they are dead."""
    return fingerprint(f"{user.id} {user.email} {user.password_hash}")


def ask_to_change_email(user: User, new: str) -> None:
    """Ask at the old address first; an earlier wish is forgotten."""
    keep_email(user)
    enqueue("e-mail change", to=user.email or "", user=user, new=new)


def keep_email(user: User) -> None:
    """Take back every wish to change the address: the links in their mails stop working."""
    wishes = delete(Delivery).where(Delivery.user_id == user.id, Delivery.kind.in_(EMAIL_KINDS))
    db.session.execute(wishes)


EMAIL_KINDS = ("e-mail change", "new e-mail")


def agree_to_new_email(user: User, new: str) -> None:
    """The old address agrees: ask at the new one, once."""
    asked = select(Delivery.id).where(Delivery.user_id == user.id, Delivery.kind == "new e-mail")
    if db.session.scalar(asked) is None:
        enqueue("new e-mail", to=new, user=user)


def change_email(user: User, new: str) -> bool:
    """Both addresses have agreed: both are told, and all sessions end.

    False when the new one has an account by now.
    """
    if User.with_email(new):
        return False
    old, user.email = user.email or "", new
    keep_email(user)
    for to in (old, new):
        enqueue("e-mail changed", to=to, user=user)
    Session.end_all(user)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return False
    return True
