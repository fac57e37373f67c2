"""What people see when something is wrong: what happened and what to do."""

from flask import Flask, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from lms.access import NotYourRole, ask_nothing
from lms.carrying import carried
from lms.db import db
from lms.signing_in import VisitOver, visit_over

WORDS = {
    400: (_("We could not read that"), _("Go back, reload the page and try again.")),
    403: (
        _("You are not signed in here"),
        _("This belongs to someone who is signed in. Sign in, come back with your code, or begin a course."),
    ),
    404: (
        _("We cannot find that page"),
        _("Check the address. If you were learning in another browser, come back with your code."),
    ),
    405: (_("That page cannot be used like that"), _("Go back and use the button on the page.")),
    413: (_("That is too much to send"), _("Send something shorter.")),
    429: (
        _("Please wait a little"),
        _("That was asked too often. What you have done so far is safe. Try again in an hour at the latest."),
    ),
    500: (
        _("Something went wrong on our side"),
        _("Your answers up to the last one saved are safe. Go back and try again in a minute."),
    ),
    503: (_("We are not ready yet"), _("Try again in a minute.")),
}
EXPIRED = (
    _("Please reload that page"),
    _("It was open for a long time, or you left with ‘Exit this page’. Go back, reload it and try again."),
)
OVER = (
    _("Your visit here has ended"),
    _("What you did is safe. Go back to your course and open the link again."),
)
ASTRAY = (
    WORDS[404][0],
    _("Go back to the page before. Or go back to your course and open the link again."),
)
"""404 in a session that the address carries: nobody can come there in another way."""
NOT_YOUR_ROLE = (
    _("This page is not open to you"),
    _("It is for people who look after this site. If you should be one of them, ask whoever runs it here."),
)
PAGE_OF = {
    "answers.save": ("questions.show", ("attempt", "number")),
    "attempts.create": ("quizzes.show", ("course", "quiz")),
    "awards.renew": ("awards.show", ("award",)),
    "checks.answer": ("lessons.show", ("course", "lesson")),
    "enrolments.create": ("home.index", ()),
    "sessions.end": ("accounts.show", ()),
    "sessions.end_all": ("accounts.show", ()),
    "lessons.finish": ("lessons.show", ("course", "lesson")),
    "name_matches.create": ("verification.show", ("code",)),
    "submissions.create": ("attempts.show", ("attempt",)),
}
"""The page that each form is on, for whoever reloads the form's own address."""


def start(app: Flask) -> None:
    """Answer every error with a page a person can act on."""
    app.register_error_handler(CSRFError, lambda _error: _unsaved(400) or _page(400, *EXPIRED))
    app.register_error_handler(
        403, lambda _error: _unsaved(403) or _page(403, *(OVER if visit_over() else WORDS[403]))
    )
    app.register_error_handler(VisitOver, lambda _error: _unsaved(403) or _page(403, *OVER))
    app.register_error_handler(NotYourRole, lambda _error: _page(403, *NOT_YOUR_ROLE))
    app.register_error_handler(405, lambda _error: _page_of_form() or _page(405, *WORDS[405]))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken(app))


def _http(error: HTTPException) -> Response | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if code == 404 and carried():
        return make_response(_page(code, *ASTRAY))
    answer = make_response(_page(code, *WORDS.get(code, WORDS[400 if code < 500 else 500])))
    answer.retry_after = getattr(error, "retry_after", None)
    return answer


def _page_of_form() -> Response | None:
    """The page of a form whose address was asked for as if it were a page; None where there is none."""
    if request.method not in ("GET", "HEAD"):
        return None
    endpoint, values = current_app.create_url_adapter(request).match(method="POST")  # type: ignore[union-attr]
    if endpoint not in PAGE_OF:
        return None
    home, kept = PAGE_OF[endpoint]
    return redirect(
        url_for(home, version=request.args.get("version"), **{name: values[name] for name in kept})
    )


def _unsaved(code: int) -> tuple[str, int] | None:
    """An answer that came with no session, or with another: keep it on the page until it can be saved."""
    if request.endpoint != "answers.save":
        return None
    given, go = request.form.getlist("answer")[:100], request.form.get("go", "next")
    signed_in = current_user.is_authenticated
    return render_template("unsaved.html", given=given, go=go, signed_in=signed_in), code


def _broken(app: Flask):  # type: ignore[no-untyped-def]
    def answer(error: Exception) -> tuple[str, int]:
        app.logger.error("An error was not expected", exc_info=error)
        db.session.rollback()
        return _page(500, *WORDS[500])

    return answer


def _page(code: int, title: str, message: str) -> tuple[str, int]:
    if code >= 500:
        ask_nothing()
    return render_template("error.html", code=code, title=title, message=message), code
