"""Choosing an area in a real browser: by hand, without scripts, on a small phone, seen by axe."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.lms.served import free_port, serving

Check = Callable[[Page], None]
CHANGE = "change area"


@pytest.fixture(scope="module")
def areas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an installation with two areas."""
    instance, port = tmp_path_factory.mktemp("areas"), free_port()
    with serving(instance, port):
        for words in (["avon", "Avon"], ["wessex", "Wessex and the very long name of a partnership"]):
            _alongside(instance, "areas", "add", *words)
        yield f"http://127.0.0.1:{port}"


def _alongside(instance: Path, *words: str) -> None:
    environment = {**os.environ, "ALONGSIDE_INSTANCE": str(instance)}
    subprocess.run([sys.executable, "-m", "lms.cli", *words], env=environment, check=True, timeout=60)


@pytest.fixture
def open_page(browser: Browser, areas: str) -> Iterator[Callable[..., Page]]:
    """Opens a page of that installation on a small phone."""
    contexts: list[BrowserContext] = []

    def opened(**settings: Any) -> Page:
        contexts.append(
            browser.new_context(base_url=areas, viewport={"width": 320, "height": 640}, **settings)
        )
        contexts[-1].set_default_timeout(30_000)
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.slow
def test_choosing_an_area(open_page: Callable[..., Page]) -> None:
    """From the foot of any page to another area, by keyboard and without scripts."""
    page = open_page(java_script_enabled=False)
    page.goto("/help")
    page.get_by_role("contentinfo").get_by_role("link", name=CHANGE).press("Enter")
    page.wait_for_url("**/areas")
    page.get_by_role("radio", name="Avon").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Wessex")).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/areas"))
    expect(page.get_by_role("contentinfo")).to_contain_text("Area: Wessex")


@pytest.mark.slow
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pages_with_areas(open_page: Callable[..., Page], axe: Check, colours: str) -> None:
    """Axe finds nothing on pages that speak of areas, and nothing is lost at 320 pixels."""
    page = open_page(color_scheme=colours)
    for path in ("/", "/help", "/areas", "/a/nowhere"):
        page.goto(path)
        axe(page)
        assert page.locator("html").evaluate("each => each.scrollWidth") <= 320
    page.goto("/areas")
    page.evaluate("document.querySelectorAll('input[type=radio]').forEach(each => each.checked = false)")
    page.get_by_role("button", name="Show this area").click()
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)
