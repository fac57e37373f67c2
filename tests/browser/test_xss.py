"""A course full of hostile texts, in a real browser, with the security policy and without it."""

import datetime
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request
from werkzeug.serving import make_server

from courses.course import Course
from courses.reader import read
from lms import library, publishing
from lms.app import CONTENT_SECURITY_POLICY, create_app
from lms.db import db
from lms.models import FactVersion, Rendering
from markup.facts import Fact
from tests.conftest import Database, settings_for
from tests.hostile_files import COURSE, QUESTION, served
from tests.xss_payloads import ELSEWHERE, LINES, PAYLOADS

pytestmark = pytest.mark.slow

SLUG = "hostile"
LESSONS = 6
OPTIONS = 50
SHOWN_AS = ("text", "link", "phone", "text message", "list")
FACTS = [f"hostile {number}" for number in range(len(LINES))]


def lesson(title: str, text: str) -> bytes:
    return f"---\ntitle: {title}\ncontent note: {title}\n---\n\n{text}\n".encode("utf-8", "replace")


def spread(lines: tuple[str, ...], over: int) -> list[tuple[str, ...]]:
    return [lines[number::over] for number in range(over)]


def hostile_course() -> dict[str, bytes]:
    """Every payload as text, title, option, feedback, glossary entry, fact and name of a file."""
    bundle = {
        "course.md": COURSE.replace(b"A course", " ".join(LINES[::7])[:9_000].encode("utf-8", "replace"))
    }
    titles = spread(LINES, LESSONS)
    for number, payloads in enumerate(spread(PAYLOADS, LESSONS)):
        bundle[f"{number}-text{number}.md"] = lesson(" ".join(titles[number])[:15_000], "\n\n".join(payloads))
    told = "\n\n".join(f"{{{{{name}}}}}\n\nHere is {{{{{name}}}}}." for name in FACTS)
    bundle["7-facts.md"] = lesson("Facts", told)
    names = [line.replace("/", "∕").replace("\0", "")[:200] for line in LINES[::6]]
    films = (
        f"::: audio media/{name}.mp3\ntitle: {line}\ntranscript: media/t.md\n:::\n"
        for name, line in zip(names[:40], LINES, strict=False)
    )
    pictures = (f"![{line}](<media/{name}.png>)\n" for name, line in zip(names, LINES, strict=False))
    bundle["8-names.md"] = lesson("Names", "\n".join([*films, *pictures]))
    bundle |= {f"media/{name}.mp3": b"a" for name in names} | {f"media/{name}.png": b"a" for name in names}
    bundle["media/t.md"] = b"Words."
    bundle["9-quiz.md"] = ("---\nkind: quiz\ntitle: Quiz\n---\n\n" + "\n".join(questions())).encode(
        "utf-8", "replace"
    )
    entries = (f"## {line} {{#t{number}}}\n\n{line}\n" for number, line in enumerate(LINES))
    bundle["glossary.md"] = "\n".join(entries).encode("utf-8", "replace")
    return bundle


def questions() -> Iterator[str]:
    lines = [line for line in LINES if line.strip()]
    for at in range(0, len(lines), OPTIONS):
        options = (f"- [x] {line}\n  > {line}" for line in lines[at : at + OPTIONS])
        yield f"## {lines[at]} {{#q{at}}}\n\n{lines[at]}\n\n" + "\n".join(options) + f"\n\nWhy: {lines[at]}\n"


@dataclass
class Site:
    """A site that shows the hostile course, and all that went wrong in the browser."""

    address: str
    course: Course
    faults: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def site(sqlite: Database, fonts_folder: Path) -> Iterator[Site]:
    app = create_app(settings_for(sqlite.copy(), fonts_folder))
    with app.app_context():
        course = keep(app)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", course)
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


def keep(app: Flask) -> Course:
    """Make the course live although its problems forbid that: the pages must be safe by themselves."""
    today = datetime.date(2026, 11, 21)
    for number, (name, line) in enumerate(zip(FACTS, LINES, strict=True)):
        as_ = SHOWN_AS[number % len(SHOWN_AS)]
        value = f"https://{line}" if as_ == "link" else line
        fact = Fact(name=name, value=(value,), words=line[:300], shown_as=as_, checked=today, review_by=today)  # type: ignore[arg-type]
        FactVersion.keep(None, fact)
    db.session.commit()
    harmless = {"course.md": COURSE, "01-a.md": lesson("A", "Words."), "02-q.md": quiz()}
    revision = publishing.publish(harmless, SLUG).revision
    assert revision is not None
    bundle = hostile_course()
    course = read(bundle, SLUG, FACTS, media=served(bundle)).course
    assert course is not None and len(course.lessons) == LESSONS + 2 and len(course.quizzes) == 1
    db.session.merge(
        Rendering(revision_id=revision.id, renderer=library.RENDERER, course=msgspec.json.encode(course))
    )
    db.session.commit()
    return course


def quiz() -> bytes:
    return b"---\nkind: quiz\ntitle: Q\n---\n\n" + QUESTION.format(n=1).encode()


@pytest.fixture(params=["with the policy", "without the policy"])
def visit(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Callable[[], Page]]:
    """A page of the site whose every sign of a script or of a request elsewhere is a fault."""
    without = request.param == "without the policy"
    context = browser.new_context(base_url=site.address, bypass_csp=without)
    context.set_default_timeout(60_000)
    faults: list[str] = []
    context.on("request", lambda made: _hear(made, site.address, faults))
    page = context.new_page()
    page.on("dialog", lambda dialog: (faults.append(f"dialog on {page.url}"), dialog.dismiss())[0])
    page.on("pageerror", lambda error: faults.append(f"error on {page.url}: {error}"))
    page.on("console", lambda said: faults.append(said.text) if "Security Policy" in said.text else None)
    context.on("page", lambda _: faults.append("another window was opened"))
    yield lambda: page
    context.close()
    assert not faults, faults[:5]


def _hear(made: Request, address: str, faults: list[str]) -> None:
    if not made.url.startswith(address):
        faults.append(f"left the site: {made.url}")


def wake(page: Page) -> None:
    """Do to everything on the page what a person might: open it, point at it, focus it, type and scroll."""
    page.evaluate("""() => {
        const main = document.querySelector('main') || document.body;
        document.querySelectorAll('details').forEach(e => { e.open = true });
        for (const e of main.querySelectorAll('*')) {
            for (const name of ['load', 'error', 'focus', 'blur', 'mouseover', 'mouseenter', 'pointerover', 'toggle',
                                'input', 'wheel', 'scroll', 'begin', 'animationstart', 'transitionend'])
                e.dispatchEvent(new Event(name));
            if (e.focus) e.focus();
            if (!e.closest('a[href^="http"], a[href^="/"], a[href^="mailto"], a[href^="tel"], a[href^="sms"], button, summary, input, label'))
                e.dispatchEvent(new MouseEvent('click', { bubbles: false }));
        }
    }""")
    page.mouse.wheel(0, 3_000)
    page.wait_for_timeout(100)


def test_no_script_runs_and_nothing_leaves(visit: Callable[[], Page], site: Site) -> None:
    """On every page that shows the course, over five hundred payloads stay words, with and without the policy."""
    page = visit()
    seen = ""
    lessons = [f"/courses/{SLUG}/lessons/{each.id}" for each in site.course.lessons]
    for path in (
        "/",
        f"/courses/{SLUG}",
        f"/courses/{SLUG}/glossary",
        f"/courses/{SLUG}/quizzes/quiz",
        *lessons,
    ):
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path
        wake(page)
        seen += page.content()
    assert seen.count(ELSEWHERE) > 500, "the payloads are on the pages, as words"


def test_no_script_runs_in_a_quiz(visit: Callable[[], Page], site: Site) -> None:
    """Questions, options and feedback full of payloads stay words while a quiz is taken, and in its result."""
    page = visit()
    page.goto(f"/courses/{SLUG}")
    page.get_by_role("link", name="Start the course").click()
    page.get_by_role("button", name="Start the course").click()
    page.goto(f"/courses/{SLUG}/quizzes/quiz")
    page.get_by_role("button", name="Start the quiz").click()
    pages = 0
    while "/questions/" in page.url:
        wake(page)
        pages += 1
        page.evaluate("document.querySelectorAll('input[name=answer]').forEach(e => { e.checked = true })")
        at = page.url
        page.locator("form[data-autosave] button[value=next]").click()
        page.wait_for_url(lambda url, at=at: url != at)
    assert pages == len(site.course.quizzes[0].questions) >= 8
    wake(page)
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/result")
    wake(page)
    assert page.content().count(ELSEWHERE) > 100


@pytest.mark.parametrize(
    "html", ["<script>alert(1)</script>", f'<img src="//{ELSEWHERE}/i.png">', "<p onclick=alert(1)>a</p>"]
)
def test_the_check_would_see(browser: Browser, site: Site, html: str) -> None:
    """A payload that does come through is noticed, where the policy is left out: the tests above can fail."""
    context = browser.new_context(base_url=site.address, bypass_csp=True)
    faults: list[str] = []
    context.on("request", lambda made: _hear(made, site.address, faults))
    page_with_it = {
        "body": f"<main>{html}</main>",
        "headers": {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY.format(framers="'none'", forms_to="'self'")
        },
    }
    context.route("**/*", lambda route: route.fulfill(content_type="text/html", **page_with_it))
    page = context.new_page()
    page.on("dialog", lambda dialog: (faults.append("dialog"), dialog.dismiss())[0])
    page.goto("/")
    wake(page)
    context.close()
    assert faults
