"""Makes the pictures of docs/authoring.md anew, from the examples that stand there: `make pictures`.

The sheet of all pictograms is made with them, and the pictures of the README and of docs/lti.md.
"""

import contextlib
import tempfile
import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from lms import preview
from tests.browser.conftest import FLAGS
from tests.browser.pictogram_sheet import sheet
from tests.browser.platform_pictures import of_learning_systems
from tests.browser.product_pictures import of_the_product
from tests.guide import GUIDE, Example, course, examples

PICTURES = GUIDE.parent / "pictures" / "authoring"
PORT = 8141
COLOURS = 64
WIDE: ViewportSize = {"width": 720, "height": 900}


def main() -> None:
    """Show each example in a preview and keep what is seen of it."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place) / "my-course"
        for path, data in course().items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        with preview.showing(folder, "my-course", PORT) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            with contextlib.closing(
                playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            ) as browser:
                page = browser.new_page(viewport=WIDE, base_url=f"http://127.0.0.1:{PORT}")
                for example in examples():
                    if f"authoring/{example.name}.png" in GUIDE.read_text(encoding="utf-8"):
                        _take(page, example)
                # a page of its own: the policy of ours would forbid the sheet its style
                (PICTURES / "pictograms.png").write_bytes(sheet(browser.new_page(viewport=WIDE)))
                _make_small(PICTURES / "pictograms.png")
                for path in of_the_product(browser, PICTURES.parent):
                    _make_small(path)
                for path in of_learning_systems(browser, PICTURES.parent / "lti"):
                    _make_small(path)
            server.shutdown()


def _take(page: Page, example: Example) -> None:
    quiz = example.kind == "quiz" or "kind: quiz" in example.file
    page.goto(
        f"/courses/my-course/{'quizzes' if quiz else 'lessons'}/{example.name}{'?version=easy' if example.kind == 'easy' else ''}"
    )
    shown = page.locator(".prose").first
    if quiz:
        page.goto("/courses/my-course")
        page.goto(f"/courses/my-course/quizzes/{example.name}")
        page.locator("main form button").first.click()
        page.locator("main input[type=radio], main input[type=checkbox]").first.check(force=True)
        shown = page.locator("main form").first
    path = PICTURES / f"{example.name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.mouse.move(0, 0)
    if example.kind == "file" and not quiz:  # the whole top of the page, with what the settings made of it
        main = page.locator("main").bounding_box()
        assert main is not None
        page.screenshot(path=path, clip={"x": 0, "y": main["y"], "width": main["width"], "height": 560})
    else:
        shown.screenshot(path=path)
    _make_small(path)


def _make_small(path: Path) -> None:
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
