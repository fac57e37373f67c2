"""The client that looks at pages would see what it looks for."""

import pytest
from flask import Flask

from tests.page_checks import CheckingClient, check_page

PAGE = '<!doctype html><html lang="en-GB"><head><title>{title}</title></head><body>{body}</body></html>'
HEADING = "<h1>Words</h1>"
CHOICE = '<label for="a">A</label><input id="a" type="radio" name="x">'


def test_a_good_page() -> None:
    """A page that is as it should be passes, and its title comes back."""
    body = f"{HEADING}<fieldset><legend>Which?</legend>{CHOICE}</fieldset>"
    assert check_page(PAGE.format(title=" A  page ", body=body)) == "A page"


@pytest.mark.parametrize(
    ("title", "body", "said"),
    [
        ("", HEADING, "needs a title"),
        (" – Alongside", HEADING, "begins with what"),
        ("A", "<p>No heading</p>", "one h1"),
        ("A", HEADING * 2, "one h1"),
        ("A", "<h1></h1>", "one h1"),
        ("A", f"{HEADING}<p></div>", "div"),
        ("A", f'{HEADING}<p id="a"></p><p id="a"></p>', "a"),
        ("A", f'{HEADING}<input type="text">', "needs a label"),
        ("A", f'{HEADING}<label for="b"></label><input id="b" type="text">', "needs a label"),
        ("A", f"{HEADING}<textarea></textarea>", "needs a label"),
        ("A", f"{HEADING}<button></button>", "a button says"),
        ("A", f'{HEADING}<p aria-describedby="none">A</p>', "is not there"),
        ("A", f"{HEADING}{CHOICE}", "need a fieldset"),
        ("A", f"{HEADING}<fieldset>{CHOICE}</fieldset>", "begins with its legend"),
        ("A", f"{HEADING}<fieldset><legend> </legend>{CHOICE}</fieldset>", "begins with its legend"),
        ("A", f'{HEADING}<form method="post"></form>', "needs a token"),
        ("A", f'{HEADING}<p tabindex="1">A</p>', "order of its keys"),
        ("A", f'{HEADING}<p style="color: red">A</p>', "inline style"),
        ("A", f"{HEADING}<script>1</script>", "inline script"),
        ("A", f'{HEADING}<p onclick="1">A</p>', "event handlers"),
        (
            "A",
            f'{HEADING}<div class="summary"><ul><li><a href="#a">B</a><li><a href="#c">B</a></ul></div>',
            "sound alike",
        ),
    ],
)
def test_a_fault_is_seen(title: str, body: str, said: str) -> None:
    """Each fault that a page may have is refused, with a word on which."""
    with pytest.raises(AssertionError, match=said):
        check_page(PAGE.format(title=title, body=body))


@pytest.mark.parametrize(
    "bad", ["<p>\0</p>", "<p>A</p></p>", '<p title="A" onclick="1">A</p>', "<p></b></p>"]
)
def test_a_page_like_another_is_looked_at(bad: str) -> None:
    """What was found fit once lets nothing through that its words or values could break."""
    for good in ("<p>A</p>", '<p title="A">A</p>', "<p>&amp; &#39;</p>"):
        check_page(PAGE.format(title="A", body=HEADING + good))
    with pytest.raises(AssertionError):
        check_page(PAGE.format(title="A", body=HEADING + bad))


WAYS_OUT = (
    '<a class="skip" href="/leave" data-exit rel="nofollow noreferrer" target="_top">A</a>'
    '<a class="exit" href="/leave" data-exit rel="nofollow noreferrer" target="_top">A</a>'
)


@pytest.mark.parametrize(
    ("title", "body", "cached", "said"),
    [
        ("First", HEADING + WAYS_OUT, "no-store", "same title"),
        ("Second", HEADING, "no-store", "two ways out"),
        ("Second", HEADING + WAYS_OUT, "max-age=60", "from a cache"),
    ],
)
def test_a_fault_of_a_site_is_seen(title: str, body: str, cached: str, said: str) -> None:
    """Two kinds of page with one title, a page without Exit, and one that a cache may keep are refused."""
    app = Flask("site")
    app.test_client_class = CheckingClient
    app.after_request(lambda answer: (answer.headers.setdefault("Cache-Control", "no-store"), answer)[1])
    app.add_url_rule("/first", "first", lambda: PAGE.format(title="First", body=HEADING + WAYS_OUT))
    page = PAGE.format(title=title, body=body)
    app.add_url_rule("/second", "second", lambda: (page, {"Cache-Control": cached}))
    client = app.test_client()
    client.get("/first")
    with pytest.raises(AssertionError, match=said):
        client.get("/second")
