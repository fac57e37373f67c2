"""Display: how pages look and read, chosen without an account."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.access import open_to
from lms.display import Display, keep, try_out
from lms.language import offered
from lms.pages.filters import version_name

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
    answer = redirect(back if _ours(back) else url_for("display.show", kept=1))
    keep(wanted, answer)
    return answer


def _page(back: str, *, tried: bool = False, kept: bool = False) -> str:
    return render_template(
        "display.html",
        back=back if _ours(back) else "",
        tried=tried,
        kept=kept,
        languages=[(each, version_name(each)) for each in offered()],
    )


def _ours(path: str) -> bool:
    """Whether it leads to a page of this site, however a browser reads it; and not out of the site."""
    if not path.startswith("/") or path[1:2] in ("/", "\\") or not path.isprintable() or " " in path:
        return False
    bare = urlsplit(path).path
    router = current_app.create_url_adapter(request)
    return bool(router and router.allowed_methods(bare)) and bare != url_for("exits.leave")
