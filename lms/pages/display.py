"""Display: how pages look and read, chosen without an account."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms.access import open_to
from lms.carrying import carried
from lms.db import begin_writing
from lms.display import Display, keep, try_out, written
from lms.language import offered
from lms.models import Session
from lms.pages.filters import version_name
from lms.signing_in import VisitOver, this_session

pages = Blueprint("display", __name__, url_prefix="/display")


@pages.get("")
@open_to("anyone")
def show() -> str:
    """What can be chosen, as it is now."""
    return _page(request.args.get("back", ""), kept="kept" in request.args)


@pages.post("")
@open_to("anyone")
def choose() -> Response | str:
    """Keep the choices and go back to where they were made from; or only try them out on this page."""
    do, back = request.form.get("do"), request.form.get("back", "")
    wanted = Display() if do == "defaults" else Display.of(request.form, offered())
    if do == "try":
        try_out(wanted)
        return _page(back, tried=True)
    answer = redirect(_whole(back) or url_for("display.show", kept=1))
    if carried():
        _keep_in_session(wanted)
    else:
        keep(wanted, answer)
    return answer


def _keep_in_session(wanted: Display) -> None:
    """A browser that takes no cookies keeps nothing: the session does, as long as it lasts."""
    begin_writing()
    held = Session.find(this_session()) if current_user.is_authenticated else None
    if held is None:
        raise VisitOver
    held.display = written(wanted)


def _page(back: str, *, tried: bool = False, kept: bool = False) -> str:
    return render_template(
        "display.html",
        back=back,
        whole=_whole(back),
        tried=tried,
        kept=kept,
        languages=[(each, version_name(each)) for each in offered()],
    )


def _whole(back: str) -> str:
    """The address of a page to go back to, within the session where it stands in the address; or nothing."""
    return f"{request.script_root}{back}" if _ours(back) else ""


def _ours(path: str) -> bool:
    """Whether it leads to a page of this site, however a browser reads it; and not out of the site."""
    if not path.startswith("/") or path[1:2] in ("/", "\\") or not path.isprintable() or " " in path:
        return False
    bare = urlsplit(path).path
    router = current_app.create_url_adapter(request)
    leaves = f"{request.script_root}{bare}" == url_for("exits.leave")
    return bool(router and router.allowed_methods(bare)) and not leaves
