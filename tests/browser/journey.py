"""The way from the home page to a certificate, as a person takes it."""

from playwright.sync_api import Frame, Locator, Page

from courses.course import Course
from courses.library import OPTIONAL, bundles, facts
from courses.reader import read

SLUG = "understanding-hate-and-mate-crime"
COURSE = f"/courses/{SLUG}"


def course() -> Course:
    """The shipped course."""
    found = read(bundles()[SLUG], SLUG, {*facts(), *OPTIONAL}).course
    assert found
    return found


LESSON = f"{COURSE}/lessons/{course().lessons[0].id}"
QUIZ = course().quizzes[-1].id


def answers() -> dict[str, list[str]]:
    """The right options of every question of the shipped banks, by its words in each version."""
    banks = course().banks.values()
    asked = [question for bank in banks for question in bank.questions]
    easy = [question for bank in banks for question in bank.twins["easy"].questions.values()]
    return {
        question.stem.words: [option.text.words for option in question.options if option.right]
        for question in (*asked, *easy)
    }


def press(control: Locator) -> None:
    """Click, and wait for the page that comes, be it at the same address."""
    with control.page.expect_navigation():
        control.click()


def overflow(page: Page) -> int:
    """By how many pixels a page scrolls sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def follow(page: Page | Frame, selector: str) -> None:
    """Click, and wait for the page it leads to."""
    at = page.url
    page.locator(selector).click()
    page.wait_for_url(lambda url: url != at)


def begin(page: Page) -> None:
    """From a course to its first lesson, past what is told once in each browser."""
    page.get_by_role("link", name="Start the course").click()
    page.get_by_role("button", name="Start the course").click()
    page.wait_for_url("**/lessons/*")


def to_question(page: Page) -> None:
    """To the first question, past the lessons: a quiz is open to whoever has begun."""
    page.goto(f"{COURSE}/quizzes/{QUIZ}")
    page.get_by_role("button", name="Start the quiz").click()
    page.wait_for_url("**/questions/1")


def to_quiz(page: Page) -> None:
    """From the home page through all lessons to the first question."""
    page.goto("/")
    page.get_by_role("link", name="Understanding hate and mate crime").click()
    begin(page)
    through_the_lessons(page)


def through_the_lessons(page: Page | Frame) -> None:
    """From a lesson through all that follow to the first question."""
    while "/lessons/" in page.url:
        follow(page, ".pager button")
    page.get_by_role("button", name="Start the quiz").click()
    page.wait_for_url("**/questions/1")


def to_review(page: Page | Frame) -> None:
    """Answer every question rightly."""
    known = answers()
    while "/questions/" in page.url:
        for words in known[page.locator("legend h1").inner_text()]:
            page.get_by_label(words, exact=True).check()
        follow(page, "form[data-autosave] button[value=next]")


def to_result(page: Page | Frame) -> None:
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/result")


def to_certificate(page: Page | Frame, name: str = "Zoë Łukasz-Nguyễn") -> None:
    page.get_by_role("link", name="Get your certificate").click()
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="certificate").click()
