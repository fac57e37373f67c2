"""Learning systems that may open Alongside: invited, registered, approved, changed, stopped, removed."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import delete, func, select
from werkzeug.wrappers import Response

from lms.access import me, open_to
from lms.db import begin_writing, db
from lms.lti import keys, tool
from lms.lti.presets import PRESETS, Preset
from lms.models import AuditEvent, Deployment, Identity, Invitation, Platform, Session
from lms.models.invitation import OPEN_FOR
from lms.pages.platform_forms import InvitationForm, PlatformForm

pages = Blueprint("platforms", __name__, url_prefix="/platforms")
NUMBER = "int(max=2147483647)"


@pages.get("")
@open_to("admin")
def index() -> str:
    """Every platform, and how to connect another."""
    return _page("index", platforms=Platform.all(), form=InvitationForm(), presets=PRESETS)


@pages.post("/invitations")
@open_to("admin")
def invite() -> str | tuple[str, int]:
    """Make a link that registers one platform. It is shown once, and kept nowhere."""
    form = InvitationForm()
    if not form.validate_on_submit():
        return _page("index", platforms=Platform.all(), form=form, presets=PRESETS), 422
    begin_writing()
    keys.make_first()
    made, token = Invitation.make(form.name.data)
    db.session.flush()
    AuditEvent.note("platform invited", f"invitation {made.id}", actor=me())
    return _page("invited", name=made.name, link=f"{_url()}{tool.REGISTER}{token}", days=OPEN_FOR.days)


@pages.get("/new")
@open_to("admin")
def new() -> str:
    """What to type there, and what to type here: some of it is known for each kind."""
    kind = _kind()
    form = PlatformForm(formdata=None, data=kind.at(request.args.get("site", "").strip()))
    return _page("new", form=form, preset=kind, values=tool.values(_url()))


@pages.post("")
@open_to("admin")
def create() -> Response | tuple[str, int]:
    """Register a platform by hand. Whoever types it in has looked at it: it is approved."""
    form = PlatformForm()
    if not form.validate_on_submit():
        return _page("new", form=form, preset=_kind(), values=tool.values(_url())), 422
    begin_writing()
    keys.make_first()
    made = form.change(Platform())
    made.approve()
    AuditEvent.note("platform registered", made.label, detail="by hand, approved", actor=me())
    return redirect(url_for("platforms.show", platform=made.id))


@pages.get(f"/<{NUMBER}:platform>")
@open_to("admin")
def show(platform: int) -> str:
    """One platform: whether it may open anything, where, and what to type there."""
    return _page("show", platform=_found(platform), values=tool.values(_url()))


@pages.get(f"/<{NUMBER}:platform>/change")
@open_to("admin")
def edit(platform: int) -> str:
    """The form, as it stands."""
    held = _found(platform)
    return _page("edit", form=PlatformForm(formdata=None, obj=held), platform=held)


@pages.post(f"/<{NUMBER}:platform>/change")
@open_to("admin")
def update(platform: int) -> Response | tuple[str, int]:
    """Keep what was changed; its keys are fetched anew."""
    form = PlatformForm()
    form.present = held = _turn(platform)
    if not form.validate_on_submit():
        return _page("edit", form=form, platform=held), 422
    form.change(held)
    AuditEvent.note("platform changed", held.label, actor=me())
    return _back(held)


@pages.post(f"/<{NUMBER}:platform>/approvals")
@open_to("admin")
def approve(platform: int) -> Response:
    """Let it open what is here."""
    held = _turn(platform)
    held.approve()
    AuditEvent.note("platform approved", held.label, actor=me())
    return _back(held)


@pages.post(f"/<{NUMBER}:platform>/stops")
@open_to("admin")
def stop(platform: int) -> Response:
    """Let it open nothing for now; who is here from there has to go."""
    held = _turn(platform)
    held.stop()
    Session.end_stopped()
    AuditEvent.note("platform stopped", held.label, actor=me())
    return _back(held)


@pages.post(f"/<{NUMBER}:platform>/deployments/<{NUMBER}:deployment>/approvals")
@open_to("admin")
def approve_deployment(platform: int, deployment: int) -> Response:
    """Let one place of it open what is here."""
    held = _deployment(platform, deployment)
    held.approve()
    AuditEvent.note("deployment approved", held.label, actor=me())
    return _back(held.platform)


@pages.post(f"/<{NUMBER}:platform>/deployments/<{NUMBER}:deployment>/stops")
@open_to("admin")
def stop_deployment(platform: int, deployment: int) -> Response:
    """Let one place of it open nothing for now; who is here from there has to go."""
    held = _deployment(platform, deployment)
    held.stop()
    Session.end_stopped()
    AuditEvent.note("deployment stopped", held.label, actor=me())
    return _back(held.platform)


@pages.get(f"/<{NUMBER}:platform>/removal")
@open_to("admin")
def ask(platform: int) -> str:
    """Say what goes with it, and what stays."""
    known = select(func.count(Identity.id)).where(Identity.platform_id == platform)
    return _page("removal", platform=_found(platform), people=db.session.scalar(known))


@pages.post(f"/<{NUMBER}:platform>/removal")
@open_to("admin")
def remove(platform: int) -> Response:
    """Forget it, its links, and who is who there. People keep what they learned."""
    held = _turn(platform)
    AuditEvent.note("platform removed", held.label, actor=me())
    db.session.execute(delete(Platform).where(Platform.id == platform))
    return redirect(url_for("platforms.index"))


def _kind() -> Preset:
    return PRESETS.get(request.args.get("kind", ""), PRESETS["other"])


def _found(platform: int) -> Platform:
    return db.session.get(Platform, platform) or abort(404)


def _turn(platform: int) -> Platform:
    return Platform.locked(platform) or abort(404)


def _deployment(platform: int, deployment: int) -> Deployment:
    held = Deployment.locked(deployment)
    return held if held and held.platform_id == platform else abort(404)


def _back(platform: Platform) -> Response:
    return redirect(url_for("platforms.show", platform=platform.id))


def _url() -> str:
    return str(current_app.extensions["alongside"].url)


def _page(page: str, **held: object) -> str:
    return render_template(f"platforms/{page}.html", **held)
