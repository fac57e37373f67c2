"""A real server and a real browser: Debian's Chromium, driven through Playwright."""

import email
import email.policy
import http.server
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.browser import axe as axe_core
from tests.conftest import skip
from tests.lms.served import wait_until

expect.set_options(timeout=8_000)  # patience costs nothing where all is well

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=LocalNetworkAccessChecks",  # pages that a test plays count as far away
    # a frame of another site in its page's process: Playwright loses one that changes processes twice at once
    "--disable-site-isolation-trials",
]
STATUSES = (400, 403, 404, 409, 410, 422, 503)
EXPECTED = (*(f"status of {status}" for status in STATUSES), "Clear-Site-Data", "ERR_INTERNET_DISCONNECTED")
"""What the browser says of answers that the tests ask for on purpose."""


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> str:
    """Where the browser is."""
    named = os.environ.get("ALONGSIDE_TEST_CHROMIUM", "/usr/bin/chromium")
    path = named if Path(named).exists() else shutil.which("chromium")
    if path is None:
        skip(request, "Browser", "no Chromium is installed here (Debian: sudo apt install chromium)")
    assert path is not None
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the server keeps what is its own."""
    return tmp_path_factory.mktemp("served")


class Neutral(http.server.BaseHTTPRequestHandler):
    """An almost empty page, whatever is asked for."""

    def do_GET(self) -> None:
        page = (
            b"<!doctype html><html lang=en><title>Weather</title><link rel=icon href=data:><h1>Some rain</h1>"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_said: object) -> None:
        """Nothing: the tests have their own words."""


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[str]:
    """Where Exit leads in these tests: another host, which stays on this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Neutral) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://localhost:{served.server_port}/left"
        served.shutdown()


@pytest.fixture(scope="session")
def server(instance: Path, elsewhere: str) -> Iterator[str]:
    """The address of `alongside serve`, as one command starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "PORT": str(port),
        "ALONGSIDE_INSTANCE": str(instance),
        "ALONGSIDE_LEAVE_TO": elsewhere,
    }
    process = subprocess.Popen([sys.executable, "-m", "lms.cli", "serve"], env=environment)
    _wait_for(f"{address}/healthz", process)
    yield address
    process.terminate()
    assert process.wait(30) == 0, "Ctrl-C or SIGTERM stops everything cleanly"


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(900):
        assert process.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310  our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer in a minute and a half")


@pytest.fixture
def open_page(browser: Browser, server: str, elsewhere: str) -> Iterator[Callable[..., Page]]:
    """Opens a page in a new context with the given settings; fails on anything said on the console, on an
    error in a script, and on any request that leaves the site but by Exit.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if not any(expected in message.text for expected in EXPECTED):
            faults.append(message.text)

    def leaving(request: Request) -> None:
        if not request.url.startswith((server, elsewhere)):
            faults.append(f"left the site: {request.url}")

    def opened(**settings: object) -> Page:
        context = browser.new_context(base_url=server, **settings)  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", leaving)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture(scope="session")
def axe_finds() -> Callable[..., str]:
    """What axe finds on a page, nothing if all is well; `without` are rules that cannot be judged there."""

    def find(page: Page, without: tuple[str, ...] = ()) -> str:
        page.evaluate(axe_core.SCRIPT)
        found = axe_core.look(page, without=without)
        return f"{page.url}\n{found}" if found else ""

    return find


@pytest.fixture(scope="session")
def axe(axe_finds: Callable[..., str]) -> Callable[..., None]:
    """Asserts that axe finds nothing on a page."""

    def check(page: Page) -> None:
        found = axe_finds(page)
        assert not found, found

    return check


@pytest.fixture
def post(server: str, instance: Path) -> Callable[[str, str], str]:
    """The newest link to a page in a mail to an address, once the worker has sent it: here, into a file."""

    def links(to: str, page: str) -> list[str]:
        files = sorted((instance / "mails").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        read = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        texts = [mail.get_content() for mail in read if mail["To"] == to]
        return [link for text in texts for link in re.findall(rf"{server}/{page}/\S+", text)]

    def newest(to: str, page: str) -> str:
        wait_until(lambda: bool(links(to, page)), seconds=60)
        return links(to, page)[-1]

    return newest
