"""Answers in a real browser: saved as they are given, whatever becomes of the network and the session."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.lms.small_course import OWN, bank, bundle

Open = Callable[..., Page]
PHONE = {"viewport": {"width": 375, "height": 700}}


def status(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("[data-save-status]")


def to_first_question(page: Page) -> None:
    page.goto(f"{journey.COURSE}/quizzes/{journey.QUIZ}")
    page.get_by_role("button", name="Start the quiz").click()
    page.wait_for_url("**/questions/1")


def test_answers_are_saved_as_they_are_given(open_page: Open) -> None:
    """Choosing saves without a button, says so, and survives a closed laptop."""
    page = open_page(**PHONE)
    journey.to_quiz(page)
    first = page.url
    page.locator("fieldset input").nth(1).check()
    expect(page.locator("[data-save-status]")).to_contain_text("saved", ignore_case=True)
    again = page.context.new_page()
    again.goto(first)
    expect(again.locator("fieldset input").nth(1)).to_be_checked()
    again.goto(journey.COURSE)
    expect(again.get_by_text("Carry on")).to_be_visible()


def test_autosave_bridges_an_offline_moment(open_page: Open) -> None:
    """While the network is away the page says so, and saves once it is back."""
    page = open_page(**PHONE)
    journey.to_quiz(page)
    status = page.locator("[data-save-status]")
    page.context.set_offline(True)
    page.locator("fieldset input").first.check()
    expect(status).to_contain_text("Not saved yet")
    page.context.set_offline(False)
    expect(status).to_contain_text("Saved")


def test_the_button_waits_for_the_network(open_page: Open) -> None:
    """Pressed while the network is away, the button goes on by itself once the answer is saved."""
    page = open_page(**PHONE)
    to_first_question(page)
    page.context.set_offline(True)
    page.locator("fieldset input").nth(1).check()
    expect(status(page)).to_contain_text("Not saved yet")
    page.locator("button[value=next]").click()
    expect(page.locator("fieldset input").nth(1)).to_be_checked()
    page.context.set_offline(False)
    page.wait_for_url("**/questions/2")
    page.goto(page.url.replace("/2", "/1"))
    expect(page.locator("fieldset input").nth(1)).to_be_checked()


def test_leaving_with_something_unsaved_asks_first(open_page: Open) -> None:
    """The browser asks before an answer that did not get through is lost, and does not ask after it did."""
    page = open_page(**PHONE)
    to_first_question(page)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.context.set_offline(True)
    page.locator("fieldset input").first.check()
    expect(status(page)).to_contain_text("Not saved yet")
    page.locator(".crumbs a").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"] and "/questions/1" in page.url
    page.context.set_offline(False)
    expect(status(page)).to_contain_text("Saved")
    page.locator(".crumbs a").click()
    page.wait_for_url(f"**{journey.COURSE}")
    assert asked == ["beforeunload"]


def test_exit_is_never_held_by_an_unsaved_answer(open_page: Open) -> None:
    """Whoever uses Exit leaves at once, without a question, also when an answer is not saved."""
    page = open_page(**PHONE)
    to_first_question(page)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.route("**/answer*", lambda route: route.abort("internetdisconnected"))
    page.locator("fieldset input").first.check()
    expect(status(page)).to_contain_text("Not saved yet")
    page.locator("a.exit").click()
    page.wait_for_url("**/left")
    assert asked == []


def test_a_session_that_ended_in_mid_quiz(open_page: Open) -> None:
    """The page says that the session has ended, keeps the answer, and saves it once the learner is back."""
    page = open_page(**PHONE)
    to_first_question(page)
    other = page.context.new_page()
    other.goto("/come-back/code")
    other.get_by_role("button", name="Show me a code").click()
    code = other.locator(".code bdi").inner_text()
    other.goto("/leave")
    page.locator("fieldset input").nth(1).check()
    expect(status(page)).to_contain_text("no longer signed in")
    expect(page.locator("fieldset input").nth(1)).to_be_checked()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Come back with your code").last.click()
    way_back = opened.value
    expect(page.locator("[data-way=ended]")).to_be_visible()
    way_back = next(each for each in page.context.pages if "/come-back" in each.url)
    way_back.get_by_label("Your code").fill(code)
    way_back.get_by_role("button", name="Come back").click()
    way_back.wait_for_url("**/")
    page.bring_to_front()
    expect(status(page)).to_contain_text("Saved")
    way_back.goto(page.url)
    expect(way_back.locator("fieldset input").nth(1)).to_be_checked()


def test_handed_in_in_another_tab(open_page: Open) -> None:
    """A tab whose quiz was handed in elsewhere is told so at the next answer, and led to the result."""
    page = open_page(**PHONE)
    to_first_question(page)
    other = page.context.new_page()
    other.goto(page.url.replace("questions/1", "review"))
    journey.to_result(other)
    page.locator("fieldset input").first.check()
    expect(status(page)).to_contain_text("handed in")
    page.get_by_role("link", name="See how it went").click()
    page.wait_for_url("**/result")


def test_the_newest_answer_wins(open_page: Open) -> None:
    """An answer given offline does not take the place of one given after it in another tab."""
    page = open_page(**PHONE)
    to_first_question(page)
    page.route("**/answer*", lambda route: route.abort("internetdisconnected"))
    page.locator("fieldset input").first.check()
    expect(status(page)).to_contain_text("Not saved yet")
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("fieldset input").nth(1).check()
    expect(status(other)).to_contain_text("Saved")
    page.unroute("**/answer*")
    expect(status(page)).to_contain_text("newer answer")
    page.reload()
    expect(page.locator("fieldset input").nth(1)).to_be_checked()


@pytest.fixture(scope="session")
def timed(server: str, instance: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a quiz with a time limit, in two versions."""
    folder = tmp_path_factory.mktemp("courses") / "written-for-tests"
    easy_quiz = f"---\nkind: quiz\ntitle: Easy check\n---\n\n{OWN.replace('Own', 'Easy')}"
    easy = {"02-check.easy.md": easy_quiz, "banks/all.easy.md": bank("Easy")}
    for path, data in bundle("time limit: 20 minutes", **easy).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    environment = {**os.environ, "ALONGSIDE_INSTANCE": str(instance)}
    command = [sys.executable, "-m", "lms.cli", "courses", "publish", str(folder)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return f"/courses/{folder.name}/quizzes/check"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_on_a_quiz_with_a_time_limit(
    open_page: Open, axe: Callable[[Page], None], timed: str, instance: Path, scheme: str
) -> None:
    """Axe finds nothing where time is chosen, told and up, in either version, nor where an answer waits for a
    session; nothing overflows; the choice of time is reached by keyboard alone.
    """
    page = open_page(color_scheme=scheme, viewport={"width": 320, "height": 600})

    def look() -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url

    page.goto(timed)
    look()
    page.get_by_role("link", name="Easy Read").click()
    expect(page.locator("h1")).to_have_text("Easy check")
    look()
    page.get_by_label("As set").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Twice as much: 40 minutes")).to_be_checked()
    page.get_by_role("button", name="Start the quiz").click()
    page.wait_for_url("**/questions/1?version=easy")
    expect(page.get_by_text("about 39 minutes")).to_be_visible()
    look()
    page.evaluate("document.querySelector('form[data-autosave] [name=csrf_token]').value = 'old'")
    page.locator("button[value=skip]").click()
    expect(page.locator("h1")).to_have_text("Your answer is not saved yet")
    look()
    page.get_by_role("button", name="Save my answer").click()
    page.wait_for_url("**/questions/2?version=easy")
    page.locator("button[value=review]").click()
    page.wait_for_url("**/review?version=easy")
    look()
    with sqlite3.connect(instance / "alongside.db") as database:
        database.execute(
            "UPDATE attempt SET deadline_at = '2020-01-01 00:00:00' WHERE deadline_at IS NOT NULL"
        )
    database.close()
    page.goto(page.url)
    look()
    if page.locator("h1").inner_text() == "Your time is up":  # unless the worker was quicker
        page.get_by_role("button", name="See my result").click()
    page.wait_for_url("**/result?version=easy")
    look()


def test_without_scripts_an_answer_waits_for_the_session(open_page: Open) -> None:
    """Without JavaScript, an answer sent after the session ended stays on the page until it can be saved."""
    page = open_page(java_script_enabled=False, **PHONE)
    to_first_question(page)
    address = page.url
    page.goto("/come-back/code")
    page.get_by_role("button", name="Show me a code").click()
    code = page.locator(".code bdi").inner_text()
    page.goto(address)
    other = page.context.new_page()
    other.goto("/leave")
    page.locator("fieldset input").nth(1).check()
    page.locator("button[value=next]").click()
    expect(page.locator("h1")).to_have_text("Your answer is not saved yet")
    other.goto("/come-back")
    other.get_by_label("Your code").fill(code)
    other.get_by_role("button", name="Come back").click()
    other.wait_for_url("**/")
    for _ in range(2):  # the first press brings a form for the new session
        if page.url.endswith("/answer"):
            page.get_by_role("button", name="Save my answer").click()
            page.wait_for_load_state()
    page.wait_for_url("**/questions/2")
    page.goto(address)
    expect(page.locator("fieldset input").nth(1)).to_be_checked()
