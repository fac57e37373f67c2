"""Learning systems as administrators look after them: by pages and by commands."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from lms import cli
from lms.db import db, now
from lms.lti import keys, tool
from lms.lti.addresses import AddressError, checked_frames, frames
from lms.lti.presets import PRESETS
from lms.models import (
    Area,
    AuditEvent,
    Delivery,
    Deployment,
    Identity,
    Invitation,
    LaunchTransaction,
    Platform,
    ResourceLink,
    Session,
    ToolKey,
    User,
)
from lms.settings import Settings
from tests.conftest import Database
from tests.lms.everything import browser_of, someone
from tests.lti.conftest import MakePlatform
from tests.lti.launching import TOOL, launch, log_in, register
from tests.lti.platform import CANVAS
from tests.lti.registrations import form_of
from tests.page_checks import CheckingClient


@pytest.fixture
def database_url(sqlite: Database) -> str:
    """One kind of database shows this as well as both: it is about messages, addresses and pages."""
    return sqlite.copy()


BY_HAND = {
    "name": "Council Moodle",
    "issuer": "https://moodle.example.org",
    "client_id": "abc",
    "auth_url": "https://moodle.example.org/mod/lti/auth.php",
    "token_url": "https://moodle.example.org/mod/lti/token.php",
    "keys_url": "https://moodle.example.org/mod/lti/certs.php",
    "audience": "",
    "deployment": "7",
    "frames": "",
    "area": "",
}


@pytest.fixture
def admin(app: Flask) -> CheckingClient:
    """The browser of an administrator, on the page Learning systems."""
    client = browser_of(app, someone(app, "admin"))
    client.get("/platforms")
    return client


def only(app: Flask) -> Platform:
    """The only platform there is, with its deployments."""
    with app.app_context():
        (found,) = Platform.all()
        return found


def noted(app: Flask) -> list[str]:
    """What the audit trail says of learning systems, the oldest first; by whom."""
    with app.app_context():
        ours = re.compile("platform|deployment|key|mark")
        return [
            f"{each.action}, by {each.by}" for each in AuditEvent.newest()[::-1] if ours.search(each.action)
        ]


def test_invite(admin: CheckingClient, app: Flask) -> None:
    """An invitation is shown once, with what to do with it; its link leads to the page for learning systems."""
    page = admin.send("/platforms/invitations", name="  Council   Moodle ")
    link = re.search(rf'value="({TOOL}/lti/register/[\w-]+)" readonly', page.text)
    assert page.status_code == 200 and link and "Add LTI Advantage" in page.text
    assert "Connect Council Moodle" in admin.get(link[1].removeprefix(TOOL)).text
    assert "lti/register" not in admin.get("/platforms").text
    with app.app_context():
        held = db.session.scalars(select(Invitation)).one()
        assert held.name == "Council Moodle" and link[1].rpartition("/")[2] not in str(vars(held))
    assert noted(app) == ["platform invited, by person 1"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\u202eb", "a\x00b"])
def test_invite_nobody(admin: CheckingClient, name: str) -> None:
    """An invitation needs a name that can be read."""
    page = admin.send("/platforms/invitations", name=name)
    assert page.status_code == 422 and "There is a problem" in page.text


def test_by_hand(admin: CheckingClient, app: Flask) -> None:
    """What an administrator types is registered and approved; who may frame us is made from its addresses."""
    answer = admin.send("/platforms", **BY_HAND)
    assert answer.status_code == 302, answer.text
    held = only(app)
    assert {
        name: getattr(held, name) for name in BY_HAND if name not in ("deployment", "area", "frames")
    } == {name: value for name, value in BY_HAND.items() if name not in ("deployment", "area", "frames")}
    assert held.approved_at and held.frames == "https://moodle.example.org" and held.area is None
    assert [(each.deployment, bool(each.approved_at)) for each in held.deployments] == [("7", True)]
    page = admin.get(answer.location).text
    for value in tool.values(TOOL).values():
        assert f'value="{value}" readonly' in page
    assert noted(app) == ["platform registered, by person 1"]
    assert len(admin.get("/lti/jwks.json").get_json()["keys"]) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Type a name"),
        ("client_id", " ", "Type the client id"),
        ("client_id", "x" * 256, "at most 255"),
        ("issuer", "moodle.example.org", "https://"),
        ("issuer", "http://moodle.example.org", "https://"),
        ("issuer", "https://moodle.example.org/" + "x" * 490, "at most 500"),
        ("auth_url", "javascript:alert(1)", "https://"),
        ("token_url", " ", "Address for access tokens: copy it from the learning system"),
        ("keys_url", "https://moodle.example.org;x/keys", "a host name"),
        ("token_url", "https://moodle.example.org/\x00", "not an address"),
        ("audience", "a\x07b", "none of them hidden"),
        ("area", "nowhere", "Area of the people who come from there: choose one from the list"),
        ("deployment", "x" * 256, "at most 255"),
        ("frames", "*", "something else"),
        ("frames", "https://moodle.example.org; script-src *", "something else"),
        ("frames", "https://moodle.example.org\r\nSet-Cookie: a=b", "something else"),
        ("frames", "'self'", "something else"),
        ("frames", "https:", "something else"),
        ("frames", "https://*", "something else"),
        ("frames", "https://*.org", "something else"),
        ("frames", "https://moodle.example.org/path", "something else"),
        ("frames", "http://moodle.example.org", "something else"),
        ("frames", " ".join(f"https://a{n}.example.org" for n in range(21)), "at most 20"),
        (
            "frames",
            " ".join(f"https://{'a' * 60}.{'b' * 60}{n}.example.org" for n in range(20)),
            "at most 20",
        ),
    ],
)
def test_by_hand_wrongly(admin: CheckingClient, app: Flask, field: str, value: str, said: str) -> None:
    """What cannot be is refused beside its field, what else was typed stays, and nothing is registered."""
    page = admin.send("/platforms?kind=moodle", **{**BY_HAND, field: value})
    assert page.status_code == 422 and said in page.text and f'href="#{field}"' in page.text
    assert "configuration details" in page.text
    assert field == "client_id" or 'value="abc"' in page.text
    with app.app_context():
        assert Platform.all() == []


def test_the_same_twice(admin: CheckingClient, app: Flask) -> None:
    """One issuer and client id is one platform; another client id of the issuer is another."""
    assert admin.send("/platforms", **BY_HAND).status_code == 302
    again = admin.send("/platforms", **BY_HAND)
    assert again.status_code == 422 and "registered with this client id already" in again.text
    assert admin.send("/platforms", **{**BY_HAND, "client_id": "other"}).status_code == 302


@pytest.mark.parametrize("kind", PRESETS)
def test_presets(admin: CheckingClient, kind: str) -> None:
    """Each kind fills in what is known of it; the form says where the rest is shown, and what to type there."""
    page = admin.get("/platforms/new", query_string={"kind": kind, "site": "https://learn.example.org/"}).text
    preset = PRESETS[kind]
    for address in filter(None, (preset.issuer, preset.auth_url, preset.token_url, preset.keys_url)):
        assert f'value="{address.replace("{site}", "https://learn.example.org")}"' in page
    assert ("checked" in page.partition('id="shared"')[2].partition(">")[0]) == preset.shared
    assert preset.copy in page and f"{TOOL}/lti/login" in page


def test_blackboard(admin: CheckingClient, app: Flask) -> None:
    """The client id is put into the address of its keys."""
    form = {**BY_HAND, **PRESETS["blackboard"].at(""), "client_id": "app-9", "shared": "y"}
    assert admin.send("/platforms", **form).status_code == 302
    assert only(app).keys_url.endswith("/applications/app-9/jwks.json") and only(app).shared


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (("https://moodle.example.org", "https://moodle.example.org/mod"), "https://moodle.example.org"),
        (("https://m.example.org:8443/x",), "https://m.example.org:8443"),
        (
            ("https://canvas.instructure.com", "https://sso.canvaslms.com/api"),
            "https://*.instructure.com https://canvas.instructure.com https://sso.canvaslms.com",
        ),
        (
            ("https://blackboard.com", "https://developer.blackboard.com/api"),
            "https://*.blackboard.com https://blackboard.com https://developer.blackboard.com",
        ),
        (("https://notblackboard.com",), "https://notblackboard.com"),
    ],
)
def test_who_may_frame_us(addresses: tuple[str, ...], expected: str) -> None:
    """The origins of issuer and sign-in, and for Canvas and Blackboard those of all their customers."""
    assert frames(*addresses) == expected
    assert checked_frames(expected) == expected


def test_frames_of_our_own_network() -> None:
    """A host that an administrator allowed by name may be http."""
    assert checked_frames("http://moodle.internal:8080", {"moodle.internal"}) == "http://moodle.internal:8080"
    with pytest.raises(AddressError):
        checked_frames("http://moodle.internal", {"other.internal"})


def test_change(admin: CheckingClient, app: Flask) -> None:
    """What is changed is kept, keys are fetched anew, and other deployments stay as they are."""
    with app.app_context():
        Area.keep("west", "West", default=True)
        db.session.commit()
    admin.send("/platforms", **BY_HAND)
    path = f"/platforms/{only(app).id}/change"
    with app.app_context():
        db.session.get_one(Platform, only(app).id).keys_at = now()
        db.session.commit()
    page = admin.get(path).text
    assert 'value="Council Moodle"' in page and 'value="https://moodle.example.org"' in page
    changed = {**BY_HAND, "name": "New", "frames": "https://*.example.org", "area": "west", "deployment": ""}
    assert admin.send(path, **changed).status_code == 302
    held = only(app)
    assert (held.name, held.frames, held.area, held.keys_at) == ("New", "https://*.example.org", "west", None)
    assert [each.deployment for each in held.deployments] == ["7"]
    wrong = admin.send(path, **{**changed, "area": "nowhere"})
    assert wrong.status_code == 422 and "Change New" in wrong.text
    assert noted(app)[-1] == "platform changed, by person 1"


@pytest.mark.parametrize("shared", [False, True])
def test_who_is_known_stays_known(admin: CheckingClient, app: Flask, shared: bool) -> None:
    """Whether others use an issuer, too, can be put right until somebody came from there: then all would be strangers."""
    admin.send("/platforms", **BY_HAND, **ticked(shared))
    path = f"/platforms/{only(app).id}/change"
    for again in (not shared, shared):
        assert admin.send(path, **BY_HAND, **ticked(again)).status_code == 302 and only(app).shared is again
    with app.app_context():
        user = User(guest=False)
        db.session.add(Identity(platform_id=only(app).id, tenant="", subject="9", user=user))
        db.session.commit()
    refused = admin.send(path, **BY_HAND, **ticked(not shared))
    assert refused.status_code == 422 and "none of them would be known again" in refused.text
    assert only(app).shared is shared
    assert admin.send(path, **{**BY_HAND, "name": "New"}, **ticked(shared)).status_code == 302


def ticked(shared: bool) -> dict[str, str]:
    """What a browser sends of a box."""
    return {"shared": "y"} if shared else {}


def test_approve_and_stop(admin: CheckingClient, app: Flask, make_platform: MakePlatform) -> None:
    """What registered waits and opens nothing; approved it opens; stopped it opens nothing again."""
    moodle, client = make_platform(), app.test_client()
    with app.app_context():
        _, token = Invitation.make("Council Moodle")
        db.session.commit()
    client.post(f"/lti/register/{token}", data=form_of(moodle.registrations.address("/x")))
    path = f"/platforms/{only(app).id}"
    assert log_in(client, moodle).status_code == 403  # type: ignore[arg-type]
    assert "Waits for your approval" in admin.get("/platforms").text
    assert moodle.url not in app.test_client().get("/lti/launch").headers["Content-Security-Policy"]
    admin.get(path)
    admin.send(f"{path}/approvals")
    assert launch(client, moodle).status_code == 200  # type: ignore[arg-type]
    assert moodle.url in app.test_client().get("/lti/launch").headers["Content-Security-Policy"]
    admin.send(f"{path}/stops")
    assert log_in(client, moodle).status_code == 403  # type: ignore[arg-type]
    assert noted(app)[1:] == ["platform approved, by person 1", "platform stopped, by person 1"]


@pytest.mark.parametrize("what", ["platform", "deployment"])
def test_stopped_is_stopped(
    admin: CheckingClient, app: Flask, make_platform: MakePlatform, what: str
) -> None:
    """Stopping a platform, or a place there, signs out whoever came from it and nobody else; no class is seen, and
    the platform is asked nothing any more.
    """
    moodle, other = make_platform(), make_platform(CANVAS)
    number = register(app, moodle)
    register(app, other)
    teacher, elsewhere = app.test_client(), app.test_client()
    opens = "/courses/understanding-hate-and-mate-crime"
    for client, platform in ((teacher, moodle), (elsewhere, other)):
        launch(client, platform, opens, person="teacher-1")
        assert client.get("/lti/link").status_code == 200
    with app.app_context():
        place = db.session.scalars(select(Deployment.id).where(Deployment.platform_id == number)).one()
    asked = moodle.count("members")
    admin.get(f"/platforms/{number}")
    admin.send(f"/platforms/{number}/" + ("stops" if what == "platform" else f"deployments/{place}/stops"))
    assert teacher.get("/lti/link").status_code == 403 and moodle.count("members") == asked
    assert elsewhere.get("/lti/link").status_code == 200 == admin.get("/platforms").status_code


def test_a_session_that_outlived_approval(app: Flask, make_platform: MakePlatform) -> None:
    """Who arrived in the very moment of the stop sees no class either."""
    moodle, teacher = make_platform(), app.test_client()
    register(app, moodle)
    launch(teacher, moodle, "/courses/understanding-hate-and-mate-crime", person="teacher-1")
    with app.app_context():
        db.session.scalars(select(Platform)).one().stop()
        db.session.commit()
    assert teacher.get("/lti/link").status_code == 404


def test_a_deployment_that_nobody_approved(
    admin: CheckingClient, app: Flask, make_platform: MakePlatform
) -> None:
    """A launch from an unknown place makes it wait where administrators see it; approved, it opens; stopped, not."""
    moodle, client = make_platform(), app.test_client()
    number = register(app, moodle)
    moodle.deployment = "another place"
    assert launch(client, moodle).status_code == 403  # type: ignore[arg-type]
    assert launch(client, moodle).status_code == 403  # type: ignore[arg-type]
    page = admin.get(f"/platforms/{number}").text
    assert page.count("another place") == 2  # in its row, and on its button
    place = next(each.id for each in only(app).deployments if each.deployment == "another place")
    path = f"/platforms/{number}/deployments/{place}"
    assert admin.send(f"{path}/approvals").status_code == 302
    assert launch(client, moodle).status_code == 200  # type: ignore[arg-type]
    admin.send(f"{path}/stops")
    assert launch(client, moodle).status_code == 403  # type: ignore[arg-type]
    assert admin.send(f"/platforms/{number + 1}/deployments/{place}/approvals").status_code == 404
    assert noted(app) == ["deployment approved, by person 1", "deployment stopped, by person 1"]


def test_shared_issuers_wait_each(admin: CheckingClient, app: Flask, make_platform: MakePlatform) -> None:
    """Approving what many organisations share approves none of their deployments; that of one's own is approved
    by itself.
    """
    number = register(app, make_platform(CANVAS), approved=False)
    admin.get(f"/platforms/{number}")
    admin.send(f"/platforms/{number}/approvals")
    assert only(app).approved_at and only(app).waiting


def test_remove(admin: CheckingClient, app: Flask, make_platform: MakePlatform) -> None:
    """It says first what goes; then the platform, its links, who is who there and their sessions are gone, and
    people keep what they learned.
    """
    number = register(app, make_platform())
    with app.app_context():
        place = db.session.scalars(select(Deployment)).one()
        person = User(guest=False, name="Somebody")
        link = ResourceLink(deployment=place, link="1", context="1:c")
        identity = Identity(platform_id=number, tenant="", subject="9", user=person)
        db.session.add_all([person, link, identity])
        db.session.flush()
        db.session.add(Delivery(kind="grade", resource_link_id=link.id, identity_id=identity.id))
        db.session.add(LaunchTransaction(platform_id=number))
        Session.begin(person, resource_link_id=link.id)
        person_id, before = person.id, len(db.session.scalars(select(User)).all())
        db.session.commit()
    page = admin.get(f"/platforms/{number}/removal").text
    assert "1 person" in page and "cannot be undone" in page
    assert admin.send(f"/platforms/{number}/removal").location == "/platforms"
    with app.app_context():
        for model in (Platform, Deployment, ResourceLink, Identity, LaunchTransaction, Delivery):
            assert db.session.scalar(select(func.count()).select_from(model)) == 0, model
        assert Session.of(db.session.get_one(User, person_id)) == []
        assert len(db.session.scalars(select(User)).all()) == before
    assert noted(app) == ["platform removed, by person 1"]
    assert admin.get(f"/platforms/{number}").status_code == 404


def test_names_are_words(admin: CheckingClient, app: Flask) -> None:
    """A name with markup in it is shown as it was typed, on every page."""
    admin.send("/platforms", **{**BY_HAND, "name": "<script>alert(1)</script>", "deployment": "<b>1</b>"})
    number = only(app).id
    for path in (
        "",
        f"/{number}",
        f"/{number}/change",
        f"/{number}/removal",
        "/launches",
        f"/launches?platform={number}",
    ):
        page = admin.get(f"/platforms{path}").text
        assert "<script>alert" not in page and "<b>1" not in page


@pytest.fixture
def run(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`alongside lti ...` for this installation."""
    ours: Settings = app.extensions["alongside"]
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path / "data"))
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", ours.database_url)
    monkeypatch.setenv("ALONGSIDE_SECRET_KEY", "a long secret for tests, 0123456789")
    monkeypatch.setenv("ALONGSIDE_URL", TOOL)
    app.config["SECRET_KEY"] = "a long secret for tests, 0123456789"
    return lambda *words: CliRunner().invoke(cli.main, ["lti", *words])


def test_commands(run: Callable[..., Result], app: Flask, make_platform: MakePlatform) -> None:
    """Invite, list, approve: from an empty list to a platform that may open something."""
    assert "None is connected" in run("list").output
    invited = run("invite", "Council Moodle")
    link = invited.output.splitlines()[0]
    assert invited.exit_code == 0 and link.startswith(f"{TOOL}/lti/register/")
    assert all(word in invited.output for word in ("Moodle:", "Canvas:", "Brightspace:", "7 days"))
    moodle = make_platform()
    form = form_of(moodle.registrations.address("/x"))
    assert app.test_client().post(link.removeprefix(TOOL), data=form).status_code == 200
    number = str(only(app).id)
    assert f"{number}: Council Moodle, waiting for approval" in run("list").output
    assert "deployment 1, approved" in run("approve", number).output
    assert only(app).approved_at and not only(app).waiting
    assert "There is no learning system 99" in run("approve", "99").output
    assert "has shown no deployment 5" in run("approve", number, "--deployment", "5").output
    assert run("invite", " ").exit_code == run("invite", "x" * 201).exit_code == 1
    assert noted(app)[-1] == "platform approved, by a command on the server"


def test_a_deployment_by_command(run: Callable[..., Result], app: Flask, make_platform: MakePlatform) -> None:
    """One deployment of a shared platform is approved by name, and the others wait."""
    number = register(app, make_platform(CANVAS))
    with app.app_context():
        db.session.add_all([Deployment(platform_id=number, deployment=name) for name in ("ours", "theirs")])
        db.session.commit()
    assert "deployment ours, approved" in run("approve", str(number), "--deployment", "ours").output
    assert [each.deployment for each in only(app).waiting] == ["theirs"]


def test_rotate(run: Callable[..., Result], app: Flask, client: CheckingClient) -> None:
    """The first key signs at once, the next from tomorrow on; both are published."""
    assert "The new key signs from" in run("rotate-key").output
    with app.app_context():
        first = ToolKey.signing()
    run("rotate-key")
    with app.app_context():
        assert ToolKey.signing() == first
    assert len(client.get("/lti/jwks.json").get_json()["keys"]) == 2


def test_a_lost_key(run: Callable[..., Result], app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the secret key has changed, a new key signs at once, and the key set stays whole meanwhile."""
    run("rotate-key")
    monkeypatch.setenv("ALONGSIDE_SECRET_KEY", "another long secret for tests, 0123456789")
    app.config["SECRET_KEY"] = "another long secret for tests, 0123456789"
    assert app.test_client().get("/lti/jwks.json").status_code == 200
    with app.app_context():
        assert keys.lost()
        lost = ToolKey.signing()
    assert run("rotate-key").exit_code == 0
    with app.app_context():
        assert ToolKey.signing() != lost and not keys.lost()


def test_retry(run: Callable[..., Result], app: Flask, make_platform: MakePlatform) -> None:
    """Marks that were given up are tried again; mails are not touched."""
    waits = stalled(app, register(app, make_platform()))
    assert "1 mark will be sent" in run("retry").output
    with app.app_context():
        held = db.session.get_one(Delivery, waits)
        assert (held.state, held.tries) == ("waiting", 0)
        assert db.session.scalar(select(Delivery.state).where(Delivery.kind == "reset")) == "stalled"
    assert "0 marks" in run("retry").output


def stalled(app: Flask, platform_id: int) -> int:
    """A mark that was given up, and a mail as well; the mark's id."""
    with app.app_context():
        place = db.session.scalars(select(Deployment).where(Deployment.platform_id == platform_id)).first()
        person = User(guest=False, name="Private Person")
        link = ResourceLink(deployment=place, link="1", context="1:c")
        identity = Identity(platform_id=platform_id, tenant="", subject="9", user=person)
        db.session.add_all([person, link, identity])
        db.session.flush()
        mark = Delivery(kind="grade", resource_link_id=link.id, identity_id=identity.id, user=person)
        mark.state, mark.tries, mark.last_error = "stalled", 12, "403: it does not let us send marks."
        mail = Delivery(kind="reset", state="stalled", about={"to": "sam@example.org"}, last_error="Refused")
        db.session.add_all([mark, mail])
        db.session.commit()
        return mark.id
