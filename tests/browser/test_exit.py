"""Exit this page, as someone in a hurry uses it: alone in a window, and inside another site's frame."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import journey

Open = Callable[..., Page]
Frame = Callable[..., Page]
PHONE = {"viewport": {"width": 320, "height": 256}}
OPEN = ""
BY_HAND = "allow-scripts allow-same-origin allow-forms allow-top-navigation-by-user-activation"
CLOSED = "allow-scripts allow-same-origin allow-forms"


def shift(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


@pytest.fixture
def framed(browser: Browser, server: str) -> Iterator[Frame]:
    """Opens a page, help if no other is named, in a frame of another site (localhost, where we are 127.0.0.1), sandboxed as said.

    Our pages refuse to be framed so far, so the one header that says so is taken out on the way.
    """
    contexts = []

    def opened(sandbox: str, path: str = "/help", **settings: object) -> Page:
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        contexts.append(context)
        rule = f' sandbox="{sandbox}"' if sandbox else ""
        outer = f'<!doctype html><title>LMS</title><h1>LMS</h1><iframe src="{server}{path}"{rule}></iframe>'
        context.route("**/lms", lambda route: route.fulfill(content_type="text/html", body=outer))
        for framed_path in (path, "/left"):
            context.route(f"{server}{framed_path}", _frameable)
        page = context.new_page()
        page.goto(server.replace("127.0.0.1", "localhost") + "/lms")
        expect(page.frame_locator("iframe").locator("a.exit")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()


def _frameable(route: Route) -> None:
    answer = route.fetch()
    policy = answer.headers["content-security-policy"].replace("frame-ancestors 'none'", "frame-ancestors *")
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})


@pytest.mark.parametrize("how", ["click", "Shift", "second link"])
def test_the_page_is_covered_at_once(open_page: Open, how: str) -> None:
    """Before any answer comes the whole page is covered, without a title, and says only that it is loading."""
    page = open_page(**PHONE)
    page.clock.install()  # and never moved on: while no answer comes, the cover stays
    page.route("**/leave", lambda route: None)
    page.goto("/help")
    if how == "click":
        page.locator("a.exit").click()
    elif how == "Shift":
        shift(page, 3)
    else:
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    cover = page.get_by_role("alert")
    expect(cover).to_have_text("Loading.")
    box = cover.bounding_box()
    assert box and (box["width"], box["height"]) == (320, 256)
    expect(page.locator("main")).to_be_hidden()
    expect(page.locator(".topbar")).to_be_hidden()
    assert page.title() == ""


def test_shift_counts_aloud(open_page: Open) -> None:
    """Each press lights a dot and is said to screen readers; after five seconds the count begins anew."""
    page = open_page()
    page.clock.install()
    page.goto("/help")
    dots, status = page.locator(".exit-dots .on"), page.locator("[data-exit-status]")
    shift(page, 1)
    expect(dots).to_have_count(1)
    expect(status).to_have_text("Shift, press 2 more times to exit.")
    page.clock.fast_forward(4000)
    shift(page, 1)
    expect(status).to_have_text("Shift, press 1 more time to exit.")
    page.clock.fast_forward(4000)
    expect(dots).to_have_count(2)
    page.clock.fast_forward(1000)
    expect(dots).to_have_count(0)
    expect(status).to_have_text("Exit this page was not pressed in time.")
    shift(page, 2)
    assert page.url.endswith("/help")
    shift(page, 1)
    page.wait_for_url("**/left")


def test_capitals_do_not_leave(open_page: Open) -> None:
    """Someone who types capital letters stays, and a key in between begins the count anew."""
    page = open_page()
    page.goto("/come-back")
    page.get_by_label("code").focus()
    for _ in range(4):
        page.keyboard.press("Shift+A")
    shift(page, 2)
    page.keyboard.press("b")
    shift(page, 2)
    expect(page.get_by_label("code")).to_have_value("AAAAb")


def test_shift_with_the_mouse_does_not_leave(open_page: Open) -> None:
    """Someone who selects text with Shift and the mouse stays, and Shift alone counts from one again."""
    page = open_page()
    page.goto("/help")
    for _ in range(4):
        page.locator("h1").click(modifiers=["Shift"])
    expect(page.locator(".exit-dots .on")).to_have_count(0)
    shift(page, 2)
    page.locator("h1").click(modifiers=["Shift"])
    shift(page, 2)
    expect(page.locator(".exit-dots .on")).to_have_count(2)
    assert page.url.endswith("/help")
    shift(page, 1)
    page.wait_for_url("**/left")


def test_shift_let_go_elsewhere_costs_no_press(open_page: Open) -> None:
    """After a click whose Shift was let go in another window, three presses leave all the same."""
    page = open_page()
    page.goto("/help")
    page.locator("h1").dispatch_event("pointerdown", {"shiftKey": True})
    shift(page, 3)
    page.wait_for_url("**/left")


@pytest.mark.parametrize("trouble", ["no connection", "server away", "server hangs"])
def test_no_error_page_names_this_site(browser: Browser, server: str, trouble: str) -> None:
    """Without a connection, or a server that answers, Exit goes straight to the neutral address, in seconds."""
    context = browser.new_context(base_url=server)
    page = context.new_page()
    page.goto("/help")
    page.locator("a.exit").evaluate("e => e.dataset.away = 'http://neutral.test/weather'")
    if trouble == "no connection":
        context.set_offline(True)
    elif trouble == "server away":
        page.route("**/leave", lambda route: route.abort("connectionrefused"))
    else:
        page.route("**/leave", lambda route: None)
    with page.expect_request("http://neutral.test/weather", timeout=10_000) as asked:
        page.locator("a.exit").click()
    assert asked.value.is_navigation_request()
    assert "referer" not in asked.value.headers
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_back_shows_nobody_s_place(open_page: Open, scripts: bool) -> None:
    """Going back after leaving asks for the page anew: it knows no one, and shows nothing of what was done."""
    page = open_page(java_script_enabled=scripts)
    page.goto(journey.COURSE)
    journey.begin(page)
    journey.follow(page, ".pager button")
    page.goto(journey.COURSE)
    expect(page.get_by_text("Where you are")).to_be_visible()
    page.goto("/help")
    page.locator("a.exit").click()
    page.wait_for_url("**/left")
    page.go_back()
    if not scripts:  # a plain link keeps the page left in the tab's history
        assert page.url.endswith("/help")
        page.go_back()
    assert page.url.endswith(journey.COURSE)
    expect(page.get_by_text("Where you are")).to_have_count(0)
    expect(page.get_by_role("link", name="Start the course")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("page_left", ["/account", "/account/data", "/come-back/code", "question"])
def test_back_shows_nothing_private(open_page: Open, page_left: str) -> None:
    """A page that is somebody's own is not there any more for whoever goes back to it, whatever way it was left."""
    for way in ("click", "Shift"):
        page = open_page()
        page.goto(journey.COURSE)
        journey.begin(page)
        if page_left == "question":
            journey.to_question(page)
        else:
            page.goto(page_left)
        left = page.url
        page.evaluate("history.pushState(null, '', location.href)")  # so that Back leads here, not before it
        if way == "click":
            page.locator("a.exit").click()
        else:
            shift(page, 3)
        page.wait_for_url("**/left")
        page.go_back()
        assert page.url == left
        expect(page.locator("h1")).to_have_text("You are not signed in here")


def test_exit_stays_in_sight(open_page: Open) -> None:
    """On the smallest screen, however far down, the way out is in view and nothing lies over it."""
    page = open_page(**PHONE)
    for path in ("/help", "/privacy", journey.LESSON):
        page.goto(path)
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        assert page.locator("a.exit").evaluate("""e => { const b = e.getBoundingClientRect();
            return b.top >= 0 && b.bottom <= innerHeight
              && e.contains(document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)) }""")


@pytest.mark.parametrize("width", [320, 360, 375])
@pytest.mark.parametrize("spacing", ["standard", "wide"])
def test_the_bar_leaves_room_to_read(open_page: Open, width: int, spacing: str) -> None:
    """On a phone the bar that stays in sight is one row, the menu below it too, also when widely spaced."""
    page = open_page(viewport={"width": width, "height": 640})
    page.goto("/help")
    page.evaluate("spacing => document.documentElement.dataset.spacing = spacing", spacing)
    assert page.locator(".topbar").evaluate("e => e.offsetHeight") < 72
    assert page.locator(".mainnav").evaluate("e => e.offsetHeight") < 60
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    button = page.locator("a.exit").evaluate("e => e.getBoundingClientRect().toJSON()")
    assert button["left"] >= 0 and button["right"] <= width


@pytest.mark.slow
@pytest.mark.parametrize("sandbox", [OPEN, BY_HAND], ids=["open", "by hand"])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_pressed_in_a_frame(framed: Frame, sandbox: str, scripts: bool) -> None:
    """Pressed inside a learning system's frame, Exit leaves the learning system too."""
    page = framed(sandbox, java_script_enabled=scripts)
    page.frame_locator("iframe").locator("a.exit").click()
    page.wait_for_url("**/left")
    expect(page.locator("h1")).to_have_text("Some rain")


@pytest.mark.slow
@pytest.mark.parametrize("sandbox", [OPEN, BY_HAND, CLOSED], ids=["open", "by hand", "closed"])
@pytest.mark.parametrize("how", ["click", "Shift"])
@pytest.mark.parametrize("path", ["/help", journey.LESSON, "/sign-in"], ids=["help", "lesson", "form"])
def test_nothing_of_ours_stays_in_a_frame(framed: Frame, sandbox: str, how: str, path: str) -> None:
    """Whatever a frame forbids, our page is gone: the window leaves, or at least the frame is emptied."""
    page = framed(sandbox, path)
    inner = page.frame_locator("iframe")
    if how == "click":
        inner.locator("a.exit").click()
    else:
        inner.locator("h1").click()  # the keys have to reach us
        shift(page, 3)
    if sandbox == CLOSED:
        expect(inner.locator("h1")).to_have_text("You can close this page")
        assert page.url.endswith("/lms")
    else:
        page.wait_for_url("**/left")
        expect(page.locator("h1")).to_have_text("Some rain")
