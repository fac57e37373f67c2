"""Why a launch is refused, in words for whoever meets it and for whoever can mend it."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import Forbidden

AGAIN = _("Go back to your course and open the link again.")
TEACHER = _("Tell whoever runs your course. They can show this page to the administrator of Alongside.")
ADMIN = _("The administrator of Alongside can mend this.")

WORDS: dict[str, tuple[LazyString, LazyString]] = {
    "incomplete": (_("The learning system did not send all that is needed to begin."), TEACHER),
    "issuer": (_("This learning system is not registered with Alongside."), ADMIN),
    "client": (_("Alongside does not know the client id that the learning system sent."), ADMIN),
    "not approved": (_("This learning system is registered, and still has to be approved."), ADMIN),
    "deployment": (_("This place in the learning system still has to be approved."), ADMIN),
    "platform": (_("The learning system could not sign you in."), AGAIN),
    "state": (_("This launch was not begun here, or was begun too long ago."), AGAIN),
    "used": (_("This launch was used before."), AGAIN),
    "browser": (_("This launch was begun in another browser, or this browser keeps no cookies here."), AGAIN),
    "message": (_("What the learning system sent cannot be read."), TEACHER),
    "signature": (_("The signature of the learning system is not right."), ADMIN),
    "keys": (_("The keys of the learning system cannot be fetched."), ADMIN),
    "clock": (_("The clocks of the learning system and of Alongside differ too much."), ADMIN),
    "old": (_("This launch has come too late."), AGAIN),
    "audience": (_("This launch is meant for another tool."), ADMIN),
    "nonce": (_("This launch does not go with the request that began it."), AGAIN),
    "target": (_("The link leads to another site than this one."), TEACHER),
    "claims": (_("The learning system left out something that every launch must say."), TEACHER),
    "role": (_("Only someone who teaches this course can choose what to add to it."), TEACHER),
    "choice": (_("This page was open for too long."), AGAIN),
    "our key": (_("Alongside cannot sign its answer to the learning system."), ADMIN),
    "return address": (_("The learning system gave no safe address to return to."), ADMIN),
}
"""What happened, and what to do, by the check that failed."""

MOST_SKEW = 2**31 - 1  # seconds that a database holds


class Refused(Forbidden):
    """A launch is refused. `check` is what failed; `detail` is for the administrator, without names, and
    so is `skew`, the seconds that the platform's clock is ahead.
    """

    def __init__(self, check: str, detail: str = "", *, skew: float | None = None) -> None:
        super().__init__()
        self.check = check
        self.detail = detail
        self.skew = None if skew is None else round(max(-MOST_SKEW, min(skew, MOST_SKEW)))
