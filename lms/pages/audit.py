"""What was done here with more than a learner's rights, for administrators."""

from flask import Blueprint, render_template, request

from lms.access import open_to
from lms.models import AuditEvent

pages = Blueprint("audit", __name__)

ON_A_PAGE = 50


@pages.get("/audit")
@open_to("admin")
def index() -> str:
    """The newest first; `before` is the id where the last page ended."""
    before = request.args.get("before", type=int)
    found = AuditEvent.newest(ON_A_PAGE + 1, before=before and min(before, 2**31 - 1))
    shown, older = found[:ON_A_PAGE], len(found) > ON_A_PAGE
    return render_template("audit.html", events=shown, older=shown[-1].id if older else None, before=before)
