"""`alongside courses preview`, as a trainer sees it beside an editor."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.lms.served import free_port, listens, wait_until

Axe = Callable[[Page], None]


@pytest.fixture
def previewed(browser: Browser, tmp_path: Path) -> Iterator[tuple[Page, Path]]:
    """A page on the preview of a new course, and the folder of the course."""
    environment = {**os.environ, "ALONGSIDE_INSTANCE": str(tmp_path / "instance")}
    command = [sys.executable, "-m", "lms.cli", "courses"]
    subprocess.run([*command, "new", str(tmp_path / "mine")], env=environment, check=True)
    port = free_port()
    process = subprocess.Popen(
        [*command, "preview", str(tmp_path / "mine"), "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(lambda: process.poll() is not None or listens(port))
        page = browser.new_page(base_url=f"http://127.0.0.1:{port}")
        page.set_default_timeout(30_000)
        yield page, tmp_path / "mine"
        page.close()
    finally:
        process.send_signal(2)  # Ctrl-C
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0 and f"http://127.0.0.1:{port}/courses/mine" in said
    assert not (tmp_path / "instance").exists(), "a preview leaves nothing behind"


def test_saving_shows_within_a_second(previewed: tuple[Page, Path], axe: Axe) -> None:
    """The page that is open shows what was saved within a second, where the reader was, with what is wrong on top."""
    page, folder = previewed
    page.goto("/courses/mine/lessons/words")
    expect(page.get_by_text("No problems found.")).to_be_visible()
    axe(page)
    lesson = folder / "01-begin" / "01-words.md"
    text, waited = lesson.read_text(encoding="utf-8"), []
    for word in ("one", "two", "three", "four", "five"):
        began = time.monotonic()
        lesson.write_text(text.replace("title: Words", f"title: Words {word}"), encoding="utf-8")
        expect(page.locator("h1")).to_have_text(f"Words {word}")
        waited.append(time.monotonic() - began)
    assert min(waited) < 1, waited  # on a busy machine not each time
    lesson.write_text(text.replace("::: story", "::: stori"), encoding="utf-8")
    expect(page.get_by_text("Did you mean “::: story”?")).to_be_visible()
    expect(page.get_by_text("1 to mend before you can publish")).to_be_visible()
    axe(page)
    lesson.write_text(text, encoding="utf-8")
    expect(page.get_by_text("No problems found.")).to_be_visible()


def test_a_film_plays(previewed: tuple[Page, Path]) -> None:
    """A film of a course plays in the page, with captions, and nothing on the way is refused by our own rules."""
    page, _ = previewed
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/courses/mine/lessons/pictures")
    film = page.locator("video")
    film.evaluate("film => { film.muted = true; return film.play(); }")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.2")
    assert film.evaluate("film => film.textTracks[0].cues.length") == 1
    assert not [line for line in said if re.search("Content Security|refused", line, re.IGNORECASE)]


def test_a_learner_s_whole_way_in_a_preview(previewed: tuple[Page, Path]) -> None:
    """A trainer can do all that a learner can: begin, answer, and see Easy Read; a change in between breaks nothing."""
    page, folder = previewed
    page.goto("/courses/mine")
    page.get_by_role("link", name="Start the course").click()
    page.get_by_role("button", name="Start the course").click()
    page.get_by_role("link", name="Easy Read").click()
    expect(page.get_by_text("This is the Easy Read version.")).to_be_visible()
    page.goto("/courses/mine/quizzes/check")
    page.get_by_role("button", name="Start the quiz").click()
    quiz = folder / "02-go-on" / "01-check.md"
    quiz.write_text(
        quiz.read_text(encoding="utf-8").replace("## Danny says", "## Sam says"), encoding="utf-8"
    )
    expect(page.locator("legend")).to_contain_text("Danny says")
    page.locator("main input[type=radio]").first.check(force=True)
    page.get_by_role("button", name=re.compile("^Save")).first.click()
    expect(page.locator("legend")).to_contain_text("Which of these help Danny?")
