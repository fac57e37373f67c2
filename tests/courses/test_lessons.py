"""The prose of lessons: what each piece becomes, and that nothing harmful comes through."""

import datetime
import re
from html.parser import HTMLParser

import pytest

from courses.course import Course
from markup.facts import Fact, FactGap, Prose, fill
from quizzes.kinds import OneAnswer
from tests.courses.conftest import ReadWith

DAY = datetime.date(2026, 1, 1)
FACTS = {
    "police name": Fact(name="police name", value=("A & B Police",), checked=DAY, review_by=DAY),
    "strands": Fact(name="strands", value=("race", "age <x>"), shown_as="list", checked=DAY, review_by=DAY),
    "childline number": Fact(
        name="childline number", value=("0800 1111",), shown_as="phone", checked=DAY, review_by=DAY
    ),
}


def html_of(course: Course | None) -> str:
    assert course
    blocks = course.lessons[0].versions["standard"].blocks
    return "".join(fill(block, FACTS) if isinstance(block, Prose) else "<CHECK>" for block in blocks)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("A **b** c", "<strong>b</strong>"),
        (
            "> [!IMPORTANT]\n> Ring now.",
            '<div class="note note--important" role="note"><p class="note-title">Important</p>',
        ),
        ("::: more Why?\nBecause.\n:::", '<details class="more"><summary>Why?</summary>'),
        ("::: story Danny, 24\nThey came.\n:::", "<figcaption>Danny, 24. A fictional story.</figcaption>"),
        ("- one\n- two\n\n::: story A\nB\n:::", '</ul>\n<figure class="story">'),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |",
            '<div class="scroll" tabindex="0" role="region" aria-label="Table 1: a"><table>',
        ),
        ('| a |\n|---|\n| 1 |\n\nAnd:\n\n| b "c" |\n|---|\n| 2 |', 'aria-label="Table 2: b &quot;c&quot;"'),
        ("Ask {{police name}} now.", "Ask A &amp; B Police now."),
        ("{{strands}}", "<ul><li>race</li><li>age &lt;x&gt;</li></ul>"),
        ("Such as {{strands}}.", "Such as race, age &lt;x&gt;."),
        ("{{police name}}", "<p>A &amp; B Police</p>"),
        ("Ring {{childline number}}.", '<a href="tel:08001111"><bdi dir="ltr">0800 1111</bdi></a>'),
        ("[Ring {{childline number}}](https://x.example)", '>Ring <bdi dir="ltr">0800 1111</bdi></a>'),
        ("[two](02-two.md)", 'href="/courses/a-course/lessons/two"'),
        ("[quiz](03-check.md)", 'href="/courses/a-course/quizzes/check"'),
        ("![Two people](../media/talk.png)", 'alt="Two people" loading="lazy"'),
        ("![](picture:talk) Talk to us.", '<div class="easy-words"><p>Talk to us.</p>'),
        ("Words[^1].\n\n[^1]: A note.", 'class="footnote"'),
        ("[//]: # (Source: a page)\n\nSeen.", "<p>Seen.</p>"),
    ],
)
def test_pieces(reading: ReadWith, written: str, seen: str) -> None:
    """Each piece of the format becomes what the guide promises, without a problem."""
    found = reading(written)
    assert found.problems == ()
    assert seen in html_of(found.course)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{{polic name}}", "There is no fact called “polic name”."),
        ("[x](https://a.example/{{police name}})", "A fact cannot stand inside an address"),
        ("![{{police name}}](../media/talk.png)", "A fact cannot stand inside an address"),
        ("[x](03-chek.md)", "This link leads nowhere"),
        ("[x](javascript:alert(1))", "This link leads nowhere"),
        ("[x](data:text/html,x)", "This link leads nowhere"),
        ("![](../media/talk.png)", "This picture has no description."),
        ("![Talk](../media/tlak.png)", "There is no picture"),
        ("![](picture:tallk)", "There is no pictogram called “tallk”."),
        ("# Top", "is at level 1"),
        ("## Two\n\n#### Four", "is at level 4"),
        ("::: more\nX\n:::", "no words to open it by"),
        (
            "::: story A\n::: check\n## Q?\n- (x) a\n- ( ) b\n:::\n:::",
            "A check cannot lie inside another block.",
        ),
        ("::: video media/sam.mp4\n:::", "This video has no captions"),
        ("::: chek\n## Q?\n:::", "chek"),
    ],
)
def test_mistakes(reading: ReadWith, written: str, message: str) -> None:
    """Each mistake is an error with the file and line it stands on, the line as read, and the mend."""
    errors = [problem for problem in reading(written).problems if problem.is_error]
    found = [problem for problem in errors if message in problem.message]
    assert found, errors
    assert found[0].path == "01-first/01-one.md" and found[0].line >= 5 and found[0].mend and found[0].shown


def test_nearest_names_are_offered(reading: ReadWith) -> None:
    """A slip of the keyboard is answered with the name that was probably meant."""
    mends = " ".join(p.mend for p in reading("{{polic name}} [x](03-chek.md) ![](picture:tallk)").problems)
    assert "{{police name}}" in mends and "03-check.md" in mends and "picture:talk" in mends


def test_checks_split_the_prose(reading: ReadWith) -> None:
    """A check stands between the prose before and after it, and two with one id are a problem."""
    check = "::: check\n## Really? {#q}\n- (x) Yes\n  > Good.\n- ( ) No\n  > Why not?\n:::\n"
    course = reading(f"Before.\n{check}\nAfter.").course
    assert course
    before, question, after = course.lessons[0].versions["standard"].blocks
    assert isinstance(before, Prose) and isinstance(question, OneAnswer) and isinstance(after, Prose)
    assert question.id == "one#q" and "After" in fill(after, {})
    doubled = reading(f"{check}\n{check}").problems
    assert any("same id" in problem.message for problem in doubled)


def test_glossary_links_first_use_only(reading: ReadWith) -> None:
    """The first use of a word links to its meaning; not in headings, links or code, and only once."""
    text = "## Hostility\n\n`hostility` and [hostility](02-two.md), then Hostility and hostility."
    page = html_of(reading(text, **{"glossary.md": "## hostility\nIll will.\n"}).course)
    assert page.count('class="term"') == 1
    assert (
        'then <a class="term" href="/courses/a-course/glossary#h-hostility" rel="noreferrer">Hostility</a>'
        in page
    )


def test_marks_cannot_be_forged(reading: ReadWith) -> None:
    """Private-use characters, which the renderer marks with, are refused in what a trainer writes."""
    found = reading("A \ue0000\ue001 forged mark. {{police name}}")
    assert any(problem.is_error for problem in found.problems)


TAGS = [
    "script",
    "img src=x onerror=alert(1)",
    "svg onload=alert(1)",
    "iframe src=//x",
    "style",
    "base href=//x",
    "form",
    "math",
    "object",
]
URLS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "//evil.example",
]
PAYLOADS = [
    *(f"<{tag}>" for tag in TAGS),
    *(f"</p><{tag}>" for tag in TAGS),
    *(f"`<{tag}>`" for tag in TAGS),
    *(f"[x](<{url}>)" for url in URLS),
    *(f"[x]({url})" for url in URLS),
    *(f"![x]({url})" for url in URLS),
    *(f"[x]\n\n[x]: {url}" for url in URLS),
    *(f"<{url}>" for url in URLS),
    '"><script>alert(1)</script>',
    "{{<script>}}",
    "::: story <script>alert(1)</script>\nx\n:::",
    "::: more <img src=x onerror=alert(1)>\nx\n:::",
    "<!--check 0-->",
    '[x](https://a.example "onmouseover=alert(1)")',
    "## <script>alert(1)</script>",
    "| <script> | b |\n|---|---|\n| 1 | 2 |",
]
ALLOWED = re.compile(r"(?:https?://|mailto:|tel:|sms:|#|/courses/|/media/)")


class Alarm(HTMLParser):
    """Refuses what could run."""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag not in {
            "script",
            "iframe",
            "style",
            "base",
            "form",
            "object",
            "embed",
            "math",
            "link",
            "meta",
        }, tag
        for name, value in attributes:
            assert not name.startswith("on") and name != "style", (tag, name)
            if name in ("href", "src") and value:
                assert ALLOWED.match(value), (tag, value)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_runs(reading: ReadWith, payload: str) -> None:
    """No known trick gets a script, a handler or a strange address into a lesson, an option, feedback,
    a title in prose or the glossary.
    """
    inline = payload.replace("\n", " ")
    check = f"\n\n::: check\n## Q {inline}\n- (x) a {inline}\n  > f {inline}\n- ( ) b\n:::\n"
    course = reading(payload + check, **{"glossary.md": f"## word\n{inline}\n"}).course
    assert course
    pieces = [html_of(course), *(fill(term.meaning, FACTS) for term in course.glossary)]
    for block in course.lessons[0].versions["standard"].blocks:
        if not isinstance(block, Prose):
            pieces += [
                fill(block.stem, FACTS),
                *(fill(o.text, FACTS) + fill(o.feedback, FACTS) for o in block.options),
            ]
    for piece in pieces:
        Alarm().feed(piece.replace("<CHECK>", ""))


def test_words_are_plain(reading: ReadWith) -> None:
    """Prose keeps its words as plain text too, with facts as they were written."""
    course = reading(
        "::: check\n## Is **this** {{police name}}?\n- (x) a & b\n  > x\n- ( ) c\n  > y\n:::"
    ).course
    assert course
    question = course.lessons[0].versions["standard"].blocks[0]
    assert not isinstance(question, Prose)
    assert question.stem.words == "Is this {{police name}}?" and question.options[0].text.words == "a & b"
    assert FactGap("police name") in question.stem.parts
