"""What protects people, as `alongside serve` answers it over HTTP behind a proxy that speaks https."""

import contextlib
import http.client
import json
import re
import secrets
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.cookies import SimpleCookie
from os import kill
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import text

from lms.app import create_app
from lms.db import db
from lms.pages.comebacks import FREE_TRIES
from tests.conftest import Database, close, settings_for
from tests.lms import served
from tests.lms.everything import COURSE, of_somebody, publish
from tests.lms.people import account
from tests.lms.test_learning import get_award, pass_course

pytestmark = pytest.mark.slow
HOST, COOKIE, PROCESSES = "learn.example.org", "__Host-alongside", 3
PASSWORD, NEW_PASSWORD = "violet kettle marches", "seven brass umbrellas"
FOR_EVER = "public, max-age=31536000, immutable"
AROUND = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Strict-Transport-Security": "max-age=31536000",
}
"""What comes with every answer, whatever it is."""


@dataclass(frozen=True)
class Answer:
    """One answer as it came over the wire."""

    status_code: int
    headers: http.client.HTTPMessage
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def location(self) -> str:
        return self.headers["Location"] or ""


@dataclass
class Browser:
    """A browser without JavaScript at some address, behind the proxy. It keeps cookies and the form's token."""

    port: int
    address: str
    scheme: str = "https"
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def send(self, path: str, **fields: Any) -> Answer:
        return self.ask("POST", path, urlencode({"csrf_token": self.token, **fields}, doseq=True))

    def ask(self, method: str, path: str, body: str = "") -> Answer:
        headers = {
            "Host": HOST,
            "X-Forwarded-For": self.address,
            "X-Forwarded-Proto": self.scheme,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, headers)
            raw = connection.getresponse()
            answer = Answer(raw.status, raw.msg, raw.read())
        for name, morsel in cookies(answer).items():
            self.cookies[name] = morsel.value
        if answer.headers.get_content_type() == "text/html":
            found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
            self.token = found[1] if found else self.token
        return answer


def cookies(answer: Answer) -> SimpleCookie:
    """The cookies that an answer sets, with their attributes."""
    return SimpleCookie("\n".join(answer.headers.get_all("Set-Cookie") or ()))


@dataclass(frozen=True)
class Running:
    """The server, and an application that looks into the same database."""

    port: int
    pid: int
    app: Flask
    folder: Path
    log: Path

    def browser(self, address: str = "203.0.113.1", **named: Any) -> Browser:
        return Browser(self.port, address, **named)

    def signed_in(self, email: str, address: str = "203.0.113.1") -> Browser:
        browser = self.browser(address)
        browser.get("/sign-in")
        assert browser.send("/sign-in", email=email, password=PASSWORD).status_code == 302
        return browser

    def web_processes(self) -> list[int]:
        """The processes that answer: the children of gunicorn's own."""
        children = served.children_of(self.pid)
        (master,) = [pid for pid in children if _is_gunicorn(pid) and served.children_of(pid)]
        return sorted(served.children_of(master))

    def link(self, to: str, page: str) -> str:
        """The path of the link to a page in a mail to somebody, once the worker has written it."""
        found: list[str] = []

        def arrived() -> bool:
            for path in (self.folder / "mails").glob("*.eml"):
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                link = re.search(rf"https://{HOST}(/{page}/\S+)", mail.get_content())
                if mail["To"] == to and link:
                    found.append(link[1])
            return bool(found)

        served.wait_until(arrived)
        return found[-1]


def _is_gunicorn(pid: int) -> bool:
    return b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    database: Database = request.getfixturevalue(request.param)
    folder, port, url = tmp_path_factory.mktemp("served"), served.free_port(), database.copy()
    app, log = create_app(settings_for(url, folder)), folder / "server.log"
    environment = {
        "ALONGSIDE_DATABASE_URL": url,
        "ALONGSIDE_URL": f"https://{HOST}",
        "ALONGSIDE_SECRET_KEY": secrets.token_hex(32),
        "ALONGSIDE_TRUSTED_PROXIES": "1",
        "ALONGSIDE_WEB_PROCESSES": str(PROCESSES),
    }
    with (
        log.open("wb") as written,
        served.serving(folder, port, log=written, **environment) as process,
    ):
        yield Running(port, process.pid, app, folder, log)
    close(app)


def test_the_cookie_of_a_visitor(running: Running) -> None:
    """The cookie is for this host alone, over https alone, for no script, and goes with the browser."""
    held = cookies(running.browser().get("/sign-in"))
    assert list(held) == [COOKIE]
    told = {name: value for name, value in held[COOKIE].items() if value}
    assert told == {"path": "/", "secure": True, "httponly": True, "samesite": "Lax"}


def test_the_cookie_of_somebody_signed_in(running: Running) -> None:
    """Signed in, the cookie is another, kept for 30 days, and as well protected; signing out takes it away."""
    account(running.app, "cookie@example.org", PASSWORD)
    browser = running.browser()
    browser.get("/sign-in")
    before = browser.cookies[COOKIE]
    held = cookies(browser.send("/sign-in", email="cookie@example.org", password=PASSWORD))
    told = {name: value for name, value in held[COOKIE].items() if value}
    assert told.pop("expires")
    assert told == {"path": "/", "secure": True, "httponly": True, "samesite": "Lax"}
    assert browser.cookies[COOKIE] != before
    browser.get("/account")
    gone = cookies(browser.send("/sign-out"))[COOKIE]
    assert gone.value == "" and gone["max-age"] == "0" and gone["secure"] and gone["path"] == "/"
    assert browser.get("/account").status_code == 403


def test_the_cookie_of_display(running: Running) -> None:
    """The other cookie there is, is protected alike."""
    browser = running.browser()
    browser.get("/display")
    held = cookies(browser.send("/display", do="keep", size="l"))[f"{COOKIE}-display"]
    told = {name: value for name, value in held.items() if value}
    assert told.pop("max-age") and told.pop("expires", True)
    assert told == {"path": "/", "secure": True, "httponly": True, "samesite": "Lax"}


@pytest.fixture(scope="module")
def everything(running: Running) -> dict[str, Answer]:
    """One answer of each kind that there is."""
    app = running.app
    publish(app)
    there = of_somebody(app)
    with app.app_context():
        db.session.execute(text('UPDATE "user" SET email = NULL WHERE id = :id'), {"id": there.holder})
        db.session.commit()
    account(app, "kinds@example.org", PASSWORD)
    browser = running.signed_in("kinds@example.org", "198.51.100.50")
    page = browser.get("/")
    style = re.findall(r'href="(/assets/[^"]+\.css)"', page.text)[0]
    script = re.findall(r'src="(/assets/[^"]+\.js)"', page.text)[0]
    learner = running.browser("198.51.100.51")
    pass_course(learner, app)  # type: ignore[arg-type]
    award = get_award(learner, "Sam")  # type: ignore[arg-type]
    answers = {
        "page": page,
        "page of an account": browser.get("/account"),
        "style": browser.get(style),
        "script": browser.get(script),
        "media": browser.get(f"/media/{there.values['digest']}/picture.png"),
        "JSON": browser.get("/account/data.json"),
        "health": browser.get("/healthz"),
        "PDF": learner.get(f"{award}/certificate.pdf"),
        "redirect": browser.get("/leave"),
        "400": running.browser().send("/sign-in", email="x"),
        "403": running.browser().get("/account"),
        "404": browser.get("/nope"),
        "404 of media": browser.get(f"/media/{'0' * 64}/picture.png"),
        "405": browser.ask("DELETE", "/help"),
        "410": browser.get("/sign-up/none"),
    }
    typing = running.browser()
    typing.get("/sign-in")
    answers["422"] = typing.send("/sign-in", email="x")
    answers["413"] = typing.send("/sign-in", email="x" * 70_000)
    with broken(app):
        answers["500"] = typing.get(f"/courses/{COURSE}")
    return answers


@contextlib.contextmanager
def broken(app: Flask) -> Iterator[None]:
    """A database without the table that says which courses are live."""

    def rename(old: str, new: str) -> None:
        with app.app_context(), db.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    rename("course_state", "course_state_gone")
    try:
        yield
    finally:
        rename("course_state_gone", "course_state")


STATUS = {
    **dict.fromkeys(("page", "page of an account", "style", "script", "media", "JSON", "health", "PDF"), 200),
    "redirect": 302,
    "404 of media": 404,
    **{str(code): code for code in (400, 403, 404, 405, 410, 413, 422, 500)},
}


@pytest.mark.parametrize("kind", STATUS)
def test_headers(everything: dict[str, Answer], kind: str) -> None:
    """Every kind of answer has every header: no sniffing, no framing, no foreign script, https for a year."""
    answer = everything[kind]
    assert answer.status_code == STATUS[kind]
    assert {name: answer.headers[name] for name in AROUND} == AROUND
    rules = answer.headers["Content-Security-Policy"]
    assert rules.startswith("default-src 'none'") and "unsafe" not in rules
    assert ("sandbox" if kind == "media" else "frame-ancestors 'none'") in rules
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    kept = FOR_EVER if kind in ("style", "script", "media") else "no-store"
    assert answer.headers["Cache-Control"] == kept
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_an_error_tells_nothing(everything: dict[str, Answer]) -> None:
    """What went wrong is told in our words, without the code, the statement or the versions of anything."""
    said = everything["500"].text
    assert "Something went wrong on our side" in said
    assert not [each for each in ("Traceback", "sqlalchemy", "SELECT", "course_state") if each in said]
    assert everything["page"].headers["Server"] == "gunicorn"


def test_no_promise_without_https(running: Running) -> None:
    """Over plain http nothing is said of https: a browser would not believe it anyway."""
    answer = running.browser(scheme="http").get("/help")
    assert answer.status_code == 200 and "Strict-Transport-Security" not in answer.headers


def test_our_key_is_there_from_the_start(running: Running) -> None:
    """A learning system that looks at once finds the key that we sign with, the same in every process."""
    (found,) = {running.browser().get("/lti/jwks.json").text for _ in range(2 * PROCESSES)}
    (key,) = json.loads(found)["keys"]
    assert key["kid"] and "d" not in key


def test_a_cookie_that_we_did_not_sign(running: Running) -> None:
    """A cookie that somebody made up, or changed by a letter, opens nothing."""
    account(running.app, "signed@example.org", PASSWORD)
    browser = running.signed_in("signed@example.org")
    good = browser.cookies[COOKIE]
    payload, _, rest = good.partition(".")
    altered = f"{good[:-3]}{'A' if good[-3] != 'A' else 'B'}{good[-2:]}"  # not the last: some of its bits say nothing
    for forged in (f"{payload}x.{rest}", altered, "x.y.z", ""):
        browser.cookies[COOKIE] = forged
        assert browser.get("/account").status_code == 403
    browser.cookies[COOKIE] = good
    assert browser.get("/account").status_code == 200


@contextlib.contextmanager
def only(process: int, processes: list[int]) -> Iterator[None]:
    """Let one process answer; the others are held for so long."""
    others = [pid for pid in processes if pid != process]
    for pid in others:
        kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in others:
            kill(pid, signal.SIGCONT)


def test_guesses_count_in_every_process(running: Running) -> None:
    """Who guesses at one process is slowed by the others too, and is told for how long; another network is not."""
    account(running.app, "guessed@example.org", PASSWORD)
    first, *others = processes = running.web_processes()
    assert len(processes) == PROCESSES
    guesser, guess = running.browser("2001:db8::1"), {"email": "guessed@example.org", "password": "not this"}
    guesser.get("/sign-in")
    with only(first, processes):
        assert [guesser.send("/sign-in", **guess).status_code for _ in range(5)] == [422] * 5
    for process in others:
        guesser.address = f"2001:db8::{process:x}"  # as good as the same: it is the same customer
        with only(process, processes):
            told = guesser.send("/sign-in", **guess)
        assert told.status_code == 429 and told.headers["Retry-After"] in ("1", "2")
        assert "guessed@example.org" in told.text and "not this" not in told.text
    running.signed_in("guessed@example.org", "2001:db8:0:1::1")


def test_guesses_at_once(running: Running) -> None:
    """Of many guesses at the same moment no more are looked at than of as many in turn."""
    account(running.app, "stormed@example.org", PASSWORD)
    guesser = running.browser("203.0.113.99")
    guesser.get("/sign-in")

    def guess(number: int) -> int:
        made = Browser(running.port, guesser.address, cookies=dict(guesser.cookies), token=guesser.token)
        return made.send("/sign-in", email="stormed@example.org", password=f"not {number}").status_code

    with ThreadPoolExecutor(12) as pool:
        answers = sorted(pool.map(guess, range(12)))
    assert answers == [422] * 5 + [429] * 7


def test_codes_count_in_every_process(running: Running) -> None:
    """Only so many come-back codes are tried out without a wait, whichever processes answer."""
    guesser = running.browser("203.0.113.98")
    guesser.get("/come-back")
    processes = running.web_processes()
    answers = []
    for number in range(FREE_TRIES + 1):
        with only(processes[number % PROCESSES], processes):
            answers.append(guesser.send("/come-back", code="0000-0000-0000"))
    assert [answer.status_code for answer in answers] == [422] * FREE_TRIES + [429]
    assert answers[-1].headers["Retry-After"] in ("1", "2")


def test_the_log_tells_nobody(running: Running) -> None:
    """Sign-up, sign-in, reset, a come-back code, a certificate and errors: the log names nobody and no secret."""
    email, name, address = "particular@example.org", "Particular Somebody", "203.0.113.77"
    browser = running.browser(address)
    pass_course(browser, running.app)  # type: ignore[arg-type]
    award = get_award(browser, name)  # type: ignore[arg-type]
    browser.get("/come-back/code")
    come_back = re.findall(r'<bdi dir="ltr">([\w-]{14})</bdi>', browser.send("/come-back/code").text)[0]
    code = re.findall(r'<bdi dir="ltr">([\w-]{14})</bdi>', browser.get(award).text)[0]
    browser.get(f"/check/{code}")
    browser.send(f"/check/{code}/name-matches", name=name)
    browser.get("/sign-up")
    browser.send("/sign-up", email=email, take="y")
    signing_up = running.link(email, "sign-up")
    browser.get(signing_up)
    assert browser.send(signing_up, new_password=PASSWORD, name=name).status_code == 302
    other = running.browser(address)
    other.get("/come-back")
    other.send("/come-back", code=come_back)
    other.get("/sign-in")
    other.send("/sign-in", email=email, password="not this one either")
    other.get("/forgotten-password")
    other.send("/forgotten-password", email=email)
    reset = running.link(email, "new-password")
    other.get(reset)
    assert other.send(reset, new_password=NEW_PASSWORD).status_code == 302
    with broken(running.app):
        assert other.get(f"/courses/{COURSE}?q={email}").status_code == 500
    said = running.log.read_text(encoding="utf-8").casefold()
    assert "not expected" in said and "mails" in said
    told = [
        *(email, name, address, come_back, code, PASSWORD, NEW_PASSWORD, "not this one either"),
        *(signing_up.rpartition("/")[2], reset.rpartition("/")[2], *browser.cookies.values()),
        *(each.replace("-", "") for each in (come_back, code)),
    ]
    assert [secret for secret in told if secret.casefold() in said] == []
