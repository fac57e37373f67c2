"""Anyone can check a certificate: what it is and whether it stands, never whose it is."""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certificates.code import display, parse
from certificates.names import same_name
from lms.access import open_to
from lms.counting import at_most
from lms.models import Award

pages = Blueprint("verification", __name__, url_prefix="/check")
matches = Blueprint("name_matches", __name__, url_prefix="/check/<code>/name-matches")


@pages.get("")
@open_to("anyone")
def form() -> str | Response | tuple[str, int]:
    """Ask for a code; a form without JavaScript sends it here."""
    typed = request.args.get("code")
    if typed is None:
        return render_template("check_form.html", typed="", error=None)
    if code := _code_in(typed):
        return redirect(url_for("verification.show", code=display(code)))
    if typed.strip():
        error = gettext("That is not one of our codes. Check each letter and number.")
    else:
        error = gettext("Type the code.")
    shown = "".join(character for character in typed if character.isprintable())
    return render_template("check_form.html", typed=shown, error=error), 422


def _code_in(typed: str) -> str | None:
    """The code someone typed, on its own or within the whole address of its page; or None."""
    address = re.split("[?#]", typed.lower())[0]
    return parse(address.rpartition("check/")[2].replace("/", ""))


@pages.get("/<code>")
@open_to("anyone")
def show(code: str) -> str:
    """What anyone may know: state, title, issuer, dates. Unknown and mistyped codes get the same answer."""
    at_most(120, "check")
    return _page(code)


@matches.post("")
@open_to("anyone")
def create(code: str) -> str:
    """Whether a name is the one on the certificate: yes or no, a few times an hour."""
    at_most(60, "name matches")
    at_most(10, "name match", parse(code) or "unknown")
    found, given = _found(code), request.form.get("name", "")
    if found and not found.name:
        return _page(code)  # its holder was erased: there is nothing to compare with
    if not given.strip():
        return _page(code, name_result="empty")
    return _page(code, name_result="same" if found and same_name(given, found.name) else "different")


def _found(code: str) -> Award | None:
    parsed = parse(code)
    return Award.with_code(parsed) if parsed else None


def _page(code: str, name_result: str | None = None) -> str:
    parsed = parse(code)
    return render_template(
        "check.html",
        found=_found(code),
        code_display=display(parsed) if parsed else code[:40],
        name_result=name_result,
    )


@pages.after_request
@matches.after_request
def _private(response: Response) -> Response:
    """Kept out of search engines; the address, with its code, goes nowhere else."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
