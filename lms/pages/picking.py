"""Choosing what to put into a learning system's course. Needs no session: the page carries what was asked."""

from flask import Blueprint, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from lms.access import open_to
from lms.lti.choices import Shelf
from lms.lti.content_items import Asked
from lms.lti.deep_linking import to_choose, to_send

pages = Blueprint("picking", __name__, url_prefix="/lti/choices")

NOTHING, TOO_MANY = _("Choose what to add."), _("Choose one only.")


@pages.post("")
@open_to("anyone")
def choose() -> str | tuple[str, int]:
    """Search, keeping what is ticked; or send what is ticked back; or nothing."""
    asked, do = Asked.unsealed(request.form.get("picking", "")), request.form.get("do", "search")
    if do == "cancel" or not asked.links:
        return to_send(asked, Shelf.of())
    shelf = Shelf.of("" if do == "all" else request.form.get("q", ""), request.form.getlist("opens"))
    if do != "add":
        return to_choose(asked, shelf)
    if error := _wrong(asked, shelf):
        return to_choose(asked, shelf, error), 422
    return to_send(asked, shelf)


def _wrong(asked: Asked, shelf: Shelf) -> LazyString | None:
    if not shelf.picked:
        return NOTHING
    return TOO_MANY if len(shelf.picked) > 1 and not asked.several else None
