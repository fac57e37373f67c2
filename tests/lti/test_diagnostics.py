"""What administrators are told of launches, of marks, and of a platform that they ask."""

import dataclasses
import datetime
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from werkzeug.wrappers import Response

from lms import retention
from lms.db import db, now
from lms.doctor import Finding, learning_systems
from lms.lti import keys, login
from lms.lti.refusals import WORDS
from lms.models import Delivery, Deployment, Invitation, LaunchTransaction, Platform, ToolKey
from lms.settings import Settings
from tests.lms.everything import browser_of, someone
from tests.lti import strict
from tests.lti.conftest import MakePlatform
from tests.lti.endpoints import Endpoints
from tests.lti.launching import TOOL, launch, log_in, register
from tests.lti.platform import Platform as LearningSystem
from tests.lti.test_admin_platforms import stalled
from tests.page_checks import CheckingClient

COURSE = "/courses/understanding-hate-and-mate-crime"
NAMES = re.compile("Lee Learner|lee@example.org|Private Person|learner-1")


@pytest.fixture
def admin(app: Flask) -> CheckingClient:
    """The browser of an administrator."""
    return browser_of(app, someone(app, "admin"))


def rows(page: str) -> list[str]:
    """The words of each row of the page's table, the newest first."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


def test_a_launch_that_went_well(
    admin: CheckingClient, client: CheckingClient, platform: LearningSystem
) -> None:
    """It says when, from where, what carried the session and that the clocks agree; never who it was."""
    launch(client, platform, "/courses/understanding-hate-and-mate-crime")
    page = admin.get("/platforms/launches").text
    (row,) = rows(page)
    assert "Opened; the session is carried" in row and row.endswith("agrees") and "council" in row
    assert not NAMES.search(page)


@pytest.mark.parametrize(
    ("forged", "check"),
    [
        ({"changes": {"aud": "another"}}, "audience"),
        ({"changes": {"nonce": "another"}}, "nonce"),
        ({"changes": {"deployment_id": "another"}}, "deployment"),
        ({"header": {"kid": "unknown"}}, "signature"),
        ({"changes": {"iat": 11111, "exp": 22222}}, "old"),
        ({"changes": {"target_link_uri": "https://evil.example/"}}, "target"),
        ({"changes": {"roles": None}}, "claims"),
    ],
)
def test_each_check_that_failed(
    admin: CheckingClient,
    client: CheckingClient,
    platform: LearningSystem,
    forged: dict[str, Any],
    check: str,
) -> None:
    """Which check failed is named, with its plain words and the platform it came from."""
    assert launch(client, platform, forged=forged).status_code == 403
    (row,) = rows(admin.get("/platforms/launches").text)
    assert "Failed." in row and str(WORDS[check][0]) in row and f" {check}" in row and "council" in row
    assert not NAMES.search(row)


def test_launches_that_never_began(
    admin: CheckingClient, client: CheckingClient, platform: LearningSystem
) -> None:
    """An issuer that nobody registered is told as well; one that is merely begun is on its way, and later lost."""
    client.post(
        "/lti/login", data={"iss": "https://unknown.example", "login_hint": "1", "target_link_uri": "/"}
    )
    client.post("/lti/login", data=platform.launch_form("/") | {"client_id": "c" * 3_000})
    log_in(client, platform)
    begun, client_id, unknown = rows(admin.get("/platforms/launches").text)
    assert "On its way" in begun and "not known" in unknown and "is not registered" in unknown
    assert "It sent https://unknown.example, and no client id." in unknown
    assert f"It sent {platform.issuer}, and {'c' * 120}." in client_id


def test_the_keys_cannot_be_fetched(
    admin: CheckingClient, client: CheckingClient, platform: LearningSystem
) -> None:
    """That a platform gives no keys is told with the status it answered, and without what it answered."""
    platform.fails("keys", always=500)
    assert launch(client, platform).status_code == 403
    (row,) = rows(admin.get("/platforms/launches").text)
    assert "cannot be fetched" in row and "500" in row and "It went wrong" not in row


@pytest.mark.parametrize(
    ("ahead", "said"), [(40, r"theirs is (3\d|40) seconds ahead"), (-30, r"theirs is 3\d seconds behind")]
)
def test_clocks(
    admin: CheckingClient, client: CheckingClient, platform: LearningSystem, ahead: int, said: str
) -> None:
    """A clock that differs, but not too much, is told in seconds."""
    issued = int(now().timestamp()) + ahead
    times = {"iat": issued, "exp": issued + 60}
    assert launch(client, platform, COURSE, forged={"changes": times}).status_code == 200
    refused = launch(client, platform, COURSE, forged={"changes": {**times, "deployment_id": "elsewhere"}})
    assert refused.status_code == 403
    for row in rows(admin.get("/platforms/launches").text)[:2]:
        assert re.search(said, row), "also where something else failed"


def test_what_went_well_stays_so(
    admin: CheckingClient, client: CheckingClient, platform: LearningSystem
) -> None:
    """A page that is reloaded, or a launch that is tried again, leaves what became of it before."""
    form = platform.answer(log_in(client, platform, COURSE).location)
    assert client.post("/lti/launch", data=form).status_code == 200
    assert client.post("/lti/launch", data=form).status_code == 403
    assert (
        client.post("/lti/launch", data={"state": form["state"], "error": "login_required"}).status_code
        == 403
    )
    *again, first = rows(admin.get("/platforms/launches").text)
    assert "Opened" in first and ["Failed" in each for each in again] == [True, True]
    assert all("council" in each for each in again), "it is told where from"


@pytest.mark.parametrize(
    ("ahead", "check", "said"),
    [(90, "clock", r"theirs is (89|90) seconds ahead"), (-3600, "old", r"theirs is 360\d seconds behind")],
)
def test_clocks_that_differ_too_much(
    admin: CheckingClient, client: CheckingClient, platform: LearningSystem, ahead: int, check: str, said: str
) -> None:
    """By how much a clock differs is told above all where that is why nothing was opened."""
    issued = int(now().timestamp()) + ahead
    launch(client, platform, forged={"changes": {"iat": issued, "exp": issued + 60}})
    (row,) = rows(admin.get("/platforms/launches").text)
    assert f" {check} " in row and re.search(said, row)


def test_a_flood_of_launches(
    app: Flask, client: CheckingClient, platform: LearningSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each network may begin so many an hour, and no more is kept of it."""
    monkeypatch.setattr(login, "LAUNCHES", 2)
    unknown = {"iss": "https://nobody.example", "client_id": "x", "login_hint": "x", "target_link_uri": TOOL}
    assert client.post("/lti/login", data=unknown).status_code == 403, "what is refused counts, too"
    answers = [log_in(client, platform).status_code for _ in range(2)]
    assert answers == [302, 429]
    assert client.post("/lti/login", data=unknown).status_code == 429
    with app.app_context():
        assert len(LaunchTransaction.newest(9)) == 2


def test_many_launches(
    admin: CheckingClient, app: Flask, platform: LearningSystem, make_platform: MakePlatform
) -> None:
    """Fifty on a page, then earlier ones, each once; of one platform only where that is asked."""
    with app.app_context():
        number = db.session.scalars(db.select(Platform.id)).one()
        db.session.add_all(LaunchTransaction(platform_id=number, failed="used") for _ in range(60))
        db.session.add_all(LaunchTransaction(failed="issuer") for _ in range(5))
        db.session.commit()
    first = admin.get("/platforms/launches").text
    earlier = admin.get("/platforms/launches?" + re.findall(r'launches\?(before=\d+)"', first)[0]).text
    assert (len(rows(first)), len(rows(earlier))) == (50, 15)
    assert len(rows(admin.get(f"/platforms/launches?platform={number}").text)) == 50
    for odd in (
        "before=x",
        "before=99999999999999999999",
        "platform=-1",
        "platform=x",
        "before=-99999999999999999999",
    ):
        assert admin.get(f"/platforms/launches?{odd}").status_code == 200, odd


def test_marks(admin: CheckingClient, app: Flask, platform: LearningSystem) -> None:
    """A mark that was given up is told with its tries and its last error, without a name; its button tries again."""
    with app.app_context():
        number = db.session.scalars(db.select(Platform.id)).one()
    mark = stalled(app, number)
    page = admin.get("/platforms/grades").text
    (row,) = rows(page)
    assert "Given up 12 403: it does not let us send marks." in row and "1 mark was" in page
    assert not NAMES.search(page) and "sam@example.org" not in page
    assert admin.send(f"/platforms/grades/{mark}/retries").status_code == 302
    assert "Waiting" in rows(admin.get("/platforms/grades").text)[0]
    with app.app_context():
        mail = db.session.scalars(db.select(Delivery.id).where(Delivery.kind == "reset")).one()
    assert admin.send(f"/platforms/grades/{mail}/retries").status_code == 404


def test_marks_leave_the_page(admin: CheckingClient, app: Flask, platform: LearningSystem) -> None:
    """What was sent is shown for thirty days; what was given up stays, and the page says so."""
    with app.app_context():
        number = db.session.scalars(db.select(Platform.id)).one()
    mark = stalled(app, number)
    for state, days, shown in (("sent", 29, 1), ("sent", 31, 0), ("stalled", 31, 1), ("waiting", 31, 1)):
        with app.app_context():
            held = db.session.get_one(Delivery, mark)
            held.state, held.sent_at = state, now() - datetime.timedelta(days=days)
            db.session.commit()
        page = admin.get("/platforms/grades").text
        assert len(rows(page)) == shown and "Those that were sent are shown for 30 days" in page


Ask = Callable[[], str]


@pytest.fixture
def ask(admin: CheckingClient, app: Flask, platform: LearningSystem) -> Ask:
    """Presses ‘Ask this learning system now’; the words of the answer."""
    with app.app_context():
        number = db.session.scalars(db.select(Platform.id)).one()
    admin.get(f"/platforms/{number}")

    def asked() -> str:
        page = admin.send(f"/platforms/{number}/questions").text
        return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<h1>")[2].partition("</main>")[0]).split())

    return asked


def test_all_is_well(ask: Ask, platform: LearningSystem) -> None:
    """Keys and a token came: what the token allows is said in words."""
    told = ask()
    assert "Its keys: well" in told and "A token: well" in told and "not well" not in told
    assert "send marks" in told and "see the class" in told
    assert platform.count("token") == platform.count("keys") == 1


def test_only_what_is_granted(ask: Ask, platform: LearningSystem) -> None:
    """What a platform does not allow is not claimed; nothing allowed is said with what to do."""
    platform.grants = [strict.SCORE]
    told = ask()
    assert "With it we may send marks." in told
    platform.grants = []
    assert "It lets us do nothing" in ask()


@pytest.mark.parametrize(
    ("place", "failure", "said"),
    [
        ("keys", 404, "It answered 404, and no key"),
        ("keys", "garbage", "It answered 200, and no key"),
        ("keys", "drop", "cannot be reached"),
        ("token", 404, "Moodle answers so when it may not fetch our keys"),
        ("token", 401, "It does not know this client id"),
        ("token", 500, "It answered 500, and gives none"),
        ("token", "garbage", "It answered 200, and gives none"),
        ("token", "redirect", "It answered 302, and gives none"),
        ("token", "drop", "cannot be reached"),
    ],
)
def test_what_is_not_well(ask: Ask, platform: LearningSystem, place: Any, failure: Any, said: str) -> None:
    """Each failure is told in plain words with what to do, without what the platform answered."""
    platform.fails(place, [failure])
    told = ask()
    assert said in told and "not well" in told and "It went wrong" not in told


def test_a_short_key_is_not_well(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that no launch is checked with does not count, and it is said what a key has to be."""
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  on purpose
    published = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(weak.public_key())) | {"kid": "a"}
    answer = json.dumps({"keys": [published, {"kty": "RSA", "n": [], "e": 1}, 7]})
    monkeypatch.setattr(Endpoints, "keys", lambda *_: Response(answer, mimetype="application/json"))
    told = ask()
    assert "It answered 200, and no key" in told and "2,048 bits" in told


def test_a_lost_key(ask: Ask, app: Flask, platform: LearningSystem) -> None:
    """Where our own key cannot be read, that is said first, and nobody is asked."""
    ask()
    lose_key(app)
    assert "alongside lti rotate-key" in ask() and platform.count("token") == 1


def lose_key(app: Flask) -> None:
    """Let our key be one that was kept with another secret."""
    with app.app_context():
        for key in db.session.scalars(db.select(ToolKey)):
            key.private = Fernet(Fernet.generate_key()).encrypt(b"a key")
        db.session.commit()
    keys._opened.cache_clear()


def test_forgotten_in_time(app: Flask) -> None:
    """Launches and invitations that ended are kept for the days that are set, and no longer."""
    settings: Settings = dataclasses.replace(app.extensions["alongside"], keep_launches_days=10)
    with app.app_context():
        for days in (9, 11):
            then = now() - datetime.timedelta(days=days)
            db.session.add(LaunchTransaction(began_at=then, failed="used"))
            db.session.add(LaunchTransaction(began_at=then, consumed_at=then))
            made, _ = Invitation.make(str(days))
            made.ends_at = then
        db.session.commit()
        retention.purge(settings)
        assert len(LaunchTransaction.newest(9)) == 2
        assert [each.name for each in db.session.scalars(db.select(Invitation))] == ["9"]


def test_never_answered(app: Flask) -> None:
    """A launch that was begun and never answered, as anybody can begin one, is forgotten after a day."""
    with app.app_context():
        for hours in (1, 23, 25):
            db.session.add(LaunchTransaction(began_at=now() - datetime.timedelta(hours=hours)))
        db.session.commit()
        retention.purge(app.extensions["alongside"])
        assert len(LaunchTransaction.newest(9)) == 2


def findings(app: Flask) -> dict[str, Finding]:
    """What the doctor says of learning systems that is not ok."""
    db.session.rollback()
    found: Iterator[Finding] = (
        finding for check in learning_systems.CHECKS for finding in check(app.extensions["alongside"])
    )
    return {finding.check: finding for finding in found if finding.state != "ok"}


def test_doctor(app: Flask, make_platform: MakePlatform) -> None:
    """The doctor tells of platforms and deployments that wait, of marks given up, and of a key that cannot be read."""
    with app.app_context():
        assert findings(app) == {}
        number = register(app, make_platform(), approved=False, deployed=False)
        assert (
            "learning systems 1, and deployments of approved ones 0" in findings(app)["learning systems"].said
        )
        keys.rotate()
        db.session.get_one(Platform, number).approve()
        db.session.add(Deployment(platform_id=number, deployment="1"))
        db.session.commit()
        assert (
            "learning systems 0, and deployments of approved ones 1" in findings(app)["learning systems"].said
        )
        stalled(app, number)
        assert findings(app)["marks"].state == "wrong" and ": 1." in findings(app)["marks"].said
        assert "signing key" not in findings(app)
        lose_key(app)
        assert findings(app)["signing key"].state == "wrong"
