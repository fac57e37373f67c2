"""Why a grade cannot be sent, in words for whoever teaches, and what is to be done about it."""

import datetime
import email.utils
import re
from collections.abc import Mapping

from flask_babel import gettext
from requests import Response

from lms.db import now
from lms.lti.services import NoTokenError
from lms.outbox import LONGEST_WAIT


def N_(words: str) -> str:  # noqa: N802  the name by which translators' tools find them
    """Words that are translated when they are shown."""
    return words


WORDS = {
    "nowhere": N_("The learning system did not say where the grade goes. Open the link there again."),
    "not allowed": N_("The learning system does not let Alongside send grades for this link."),
    "not approved": N_("This learning system is not approved any more."),
    "no column": N_("The gradebook has no column for this link, and Alongside may not make one."),
    "gone": N_("The gradebook has no column for this grade any more."),
    "not taken": N_(
        "The learning system does not take a grade for this person. They may not learn there now."
    ),
    "refused": N_("The learning system refused the grade."),
    "newer": N_("The learning system has a newer grade, or its clock is ahead."),
    "busy": N_("The learning system asks for more time."),
    "broken": N_("The learning system is not working."),
    "odd": N_("The learning system answered with something else than expected."),
    "token": N_(
        "The learning system gave Alongside no access. Perhaps it cannot fetch the keys of Alongside."
    ),
    "unreachable": N_("The learning system cannot be reached."),
    "looking": N_("The column for this link is being looked for."),
    "ours": N_("Something went wrong in Alongside."),
}
"""What is kept in English, with what the learning system answered, and shown in the reader's language."""

SOON = datetime.timedelta(seconds=2)
"""After this, a score has a later time than the last one, also by a clock that counts whole seconds."""
SOON_TRIES = 3
DAY = datetime.timedelta(days=1)
"""How long a 403 is tried again: some say it for what they allow a moment later."""


class NotSentError(Exception):
    """A grade was not sent. It is tried again `after` that long or as the outbox sees fit, `try_for` so long
    since it was wanted; not if `hopeless`.

    `rests`: the platform as a whole is in trouble, so its other grades wait, too.
    """

    def __init__(
        self,
        what: str,
        told: object = "",
        *,
        after: datetime.timedelta | None = None,
        try_for: datetime.timedelta | None = None,
        hopeless: bool = False,
        rests: bool = False,
    ) -> None:
        super().__init__(f"{WORDS[what]}{f' ({told})' if told else ''}")
        self.after, self.try_for, self.hopeless, self.rests = after, try_for, hopeless, rests


def explained(last_error: str) -> str:
    """Why a grade was not sent, in the language of the page."""
    words, _, told = last_error.partition(" (")
    return str(gettext(words)) + (f" ({told}" if told else "") if words else ""


def of_answer(answer: Response, tries: int, final: Mapping[int, str]) -> NotSentError | None:
    """What an answer means; None when all is well. `final` has the words for what cannot be put right by
    trying again.
    """
    status = answer.status_code
    if 200 <= status < 300:
        return NotSentError("odd", "a page") if _is_page(answer) else None
    if status == 409:
        return NotSentError("newer", status, after=SOON if tries <= SOON_TRIES else None)
    if status in (408, 425, 429) or status >= 500 or _is_too_often(answer):
        what = "broken" if status >= 500 else "busy"
        return NotSentError(what, status, after=wished(answer.headers.get("Retry-After")), rests=True)
    if status < 400 or status == 401:
        return NotSentError("odd", status)
    if status == 403:
        return NotSentError("not allowed", status, try_for=DAY)
    return NotSentError(final.get(status, "refused"), status, hopeless=True)


def of_token(error: NoTokenError) -> NotSentError:
    """What it means that there is no token: it may be put right there, unless we may not have it at all."""
    if error.error == "invalid_scope":
        return NotSentError("not allowed", error.status, hopeless=True)
    return NotSentError("token", error.status, after=wished(error.retry_after), rests=True)


def wished(retry_after: str | None) -> datetime.timedelta | None:
    """How long a platform asks us to wait: seconds, or until a moment. No longer than we would ourselves."""
    if not retry_after:
        return None
    if re.fullmatch(r"\d{1,9}", retry_after):
        asked = datetime.timedelta(seconds=int(retry_after))
    else:
        try:
            asked = email.utils.parsedate_to_datetime(retry_after) - now()
        except (ValueError, TypeError):
            return None
    return max(datetime.timedelta(seconds=1), min(asked, LONGEST_WAIT))


def _is_too_often(answer: Response) -> bool:
    """Canvas says 403 for it, too, and tells with each answer how much is left."""
    none_left = re.match(r"\s*(-|0(\.|\s*$))", answer.headers.get("X-Rate-Limit-Remaining", ""))
    return answer.status_code == 403 and (bool(none_left) or b"rate limit" in answer.content.lower())


def _is_page(answer: Response) -> bool:
    return bool(answer.content.strip()) and "html" in answer.headers.get("Content-Type", "")
