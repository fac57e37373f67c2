"""The pictures of the README: a lesson on a computer and on a phone, a question, and the certificate."""

import datetime
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from certificates.certificate import Certificate
from lms import printing
from lms.app import create_app
from tests.browser import journey
from tests.browser.inside import serving
from tests.conftest import prepare, settings_for

GROUND, MARGIN = "#e9dfe8", 20


def of_the_product(browser: Browser, folder: Path) -> Iterator[Path]:
    """Make each picture anew; their paths."""
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{Path(place) / 'pictures.db'}"
        prepare(url, Path(place))
        app = create_app(settings_for(url, Path(place)))
        with serving(app) as address:
            wide = browser.new_page(viewport={"width": 1100, "height": 760}, base_url=address)
            wide.goto(journey.COURSE)
            journey.begin(wide)
            journey.follow(wide, ".pager button")
            phone = browser.new_page(viewport={"width": 375, "height": 760}, base_url=address)
            phone.goto(f"{journey.LESSON}?version=easy")
            phone.evaluate("scrollTo(0, document.querySelector('.easy-line').offsetTop - 260)")
            yield _beside(folder / "lesson.png", wide, phone)
            wide.set_viewport_size({"width": 900, "height": 760})
            journey.to_question(wide)
            wide.locator("fieldset input").first.check(force=True)
            expect(wide.locator("[data-save-status]")).to_contain_text("Saved")
            (folder / "question.png").write_bytes(wide.screenshot())
            yield folder / "question.png"
            with app.app_context():
                (folder / "certificate.png").write_bytes(printing.printer().picture(_certificate()))
            yield folder / "certificate.png"


def _certificate() -> Certificate:
    taught, today = journey.course(), datetime.date(2026, 11, 21)
    return Certificate(
        name="Zoë Łukasz-Nguyễn",
        title=taught.title,
        summary=taught.summary,
        issuer="Alongside",
        awarded=today,
        valid_until=today.replace(year=2027),
        code="ZJK189S6HY12",
        check_url="https://learn.example.org/check/ZJK1-89S6-HY12",
        quilt=printing._quilt(journey.SLUG),
        name_given_by_learner=True,
    )


def _beside(path: Path, *pages: Page) -> Path:
    shots = [Image.open(io.BytesIO(page.screenshot())) for page in pages]
    width = sum(each.width for each in shots) + MARGIN * (len(shots) + 1)
    whole = Image.new("RGB", (width, shots[0].height + 2 * MARGIN), GROUND)
    left = MARGIN
    for shot in shots:
        whole.paste(shot, (left, MARGIN))
        left += shot.width + MARGIN
    whole.save(path)
    return path
