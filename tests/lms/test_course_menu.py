"""The menu of a course: its parts under their headings."""

import re

from tests.page_checks import CheckingClient

COURSE = "/courses/understanding-hate-and-mate-crime"


def test_what_comes_last_has_a_heading_of_its_own(client: CheckingClient) -> None:
    """A quiz outside all modules is not taken for a step of the module before it."""
    menu = client.get(COURSE).text.partition('aria-labelledby="in-course"')[2]
    heading, _, below = menu.rpartition("<h3")[2].partition("</h3>")
    assert heading.endswith(">At the end")
    assert re.findall(r"/(?:lessons|quizzes)/([a-z-]+)", below.partition("</ol>")[0]) == ["final"]
