"""The forms about accounts: what is asked, and what is said when an answer will not do."""

import datetime
import math

from flask import Response, make_response
from flask_babel import gettext, lazy_gettext, ngettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, PasswordField, StringField
from wtforms.validators import ValidationError

from lms import passwords
from lms.accounts import Proven, prove
from lms.counting import caller
from lms.mail import deliverable
from lms.models import Throttle
from lms.models.throttle import NO_TIME
from lms.pages.awards import NameForm

MINUTE = 60  # seconds
HOUR = Throttle.LONGEST
MAILS_TO_ADDRESS, MAILS_FROM_CALLER = 5, 60  # in an hour; a whole class may sign up together


class PacedForm(FlaskForm):  # type: ignore[misc]
    """A form that may be sent only so often. `wait` is how long until the next time."""

    wait = NO_TIME

    def refused(self, page: str) -> Response:
        """The page again: 429 with the time to wait for what came too soon, 422 for what will not do."""
        answer = make_response(page, 429 if self.wait else 422)
        answer.retry_after = math.ceil(self.wait.total_seconds()) or None
        return answer


class EmailForm(PacedForm):
    """An e-mail address to send something to."""

    email = EmailField(lazy_gettext("Your e-mail address"))
    counted_as = "mail to"

    def validate_email(self, field: EmailField) -> None:
        """One address that mail can go to, in small letters."""
        field.data = (field.data or "").strip().lower()
        if not deliverable(field.data):
            raise ValidationError(gettext("Type an e-mail address, such as sam@example.org."))

    def may_send(self) -> bool:
        """Whether mail may go there now: nobody may have others flooded with it."""
        sent = Throttle.allows("mail from", caller(), tries=MAILS_FROM_CALLER, within=HOUR)
        sent = sent and Throttle.allows(self.counted_as, self.email.data, tries=MAILS_TO_ADDRESS, within=HOUR)
        if not sent:
            self.wait = HOUR
            self.email.errors = [
                gettext("That was asked too often. Look for the mails we sent, or wait an hour.")
            ]
        return sent


class SignUpForm(EmailForm):
    """Where to send the link, and whether to take along what was done as a guest.

    Its mails are counted apart: nobody may use up those that bring a new password.
    """

    counted_as = "sign-up mail to"
    take = BooleanField(lazy_gettext("Yes, take along what I have done here"), default=True)


class PasswordForm(PacedForm):
    """The password one has."""

    password = PasswordField(lazy_gettext("Your password"))
    wrong = lazy_gettext("That is not your password.")

    def validate_password(self, field: PasswordField) -> None:
        """Something must be typed before it is worth looking."""
        if not field.data:
            raise ValidationError(gettext("Type your password."))

    def proven(self, email: str) -> Proven | None:
        """Who gave the right password for this address; None, and the reason in the form, for a wrong one."""
        found = prove(email, self.password.data, caller())
        if isinstance(found, Proven):
            return found
        self.wait = found.wait
        self.password.errors = [too_soon(found.wait) if found.wait else str(self.wrong)]
        return None


def too_soon(wait: datetime.timedelta) -> str:
    """How long to wait, in words."""
    seconds = math.ceil(wait.total_seconds())
    if seconds <= MINUTE:
        words = ngettext("%(num)s second", "%(num)s seconds", seconds)
    else:
        words = ngettext("%(num)s minute", "%(num)s minutes", math.ceil(seconds / MINUTE))
    return str(gettext("That was tried too often. Wait %(time)s, then try again.", time=words))


class SignInForm(PasswordForm, EmailForm):
    """Who someone is."""

    wrong = lazy_gettext("The e-mail address or the password is not right.")


class NewEmailForm(PasswordForm, EmailForm):
    """Another address for an account, whose `present` one it is not."""

    email = EmailField(lazy_gettext("New e-mail address"))
    present: str | None = None

    def validate_email(self, field: EmailField) -> None:
        """An address other than the present one."""
        super().validate_email(field)
        if field.data == self.present:
            raise ValidationError(gettext("That is your address already."))


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A password to come. `for_email` is whose it will be."""

    new_password = PasswordField(lazy_gettext("New password"))
    for_email = ""

    def validate_new_password(self, field: PasswordField) -> None:
        """Long enough, and not easy to guess."""
        if words := passwords.problem(field.data or "", self.for_email):
            raise ValidationError(words)


class ChangePasswordForm(PasswordForm, NewPasswordForm):
    """The password one has and the one to come."""


class OwnNameForm(NameForm):
    """A name for certificates, which need not be given."""

    def validate_name(self, field: StringField) -> None:
        """None, or one that can be printed."""
        if (field.data or "").strip():
            super().validate_name(field)
        else:
            field.data = None


class FinishForm(NewPasswordForm, OwnNameForm):
    """What makes an account."""


class TickForm(PacedForm):
    """That someone without a password means it."""

    sure = BooleanField(lazy_gettext("Yes, delete everything"))

    def validate_sure(self, field: BooleanField) -> None:
        """Ticked."""
        if not field.data:
            raise ValidationError(gettext("Tick the box if you want everything deleted."))
