"""The rest of the lesson format: films, included files, text that depends on facts, twins, links, ids."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.course import Course, LessonText
from courses.reader import Reading, read
from courses.writing_ids import with_ids
from markup.facts import As, Fact, Prose, fill
from quizzes.paper import in_version, versions
from quizzes.quiz import Quiz
from tests.courses.conftest import BANK, FACTS, LESSON, QUIZ, ReadWith

EASY_BANK = BANK.replace("Question", "Easy question").replace("title: All", "title: All, easy")


DAY = datetime.date(2026, 11, 20)


def fact(name: str, *value: str, shown_as: As = "text") -> Fact:
    return Fact(name=name, value=value, shown_as=shown_as, checked=DAY, review_by=DAY)


def lesson(found: Reading, version: str = "standard", number: int = 0) -> LessonText:
    assert found.course, found.problems
    return found.course.lessons[number].versions[version]


def page(found: Reading, facts: dict[str, Fact] | None = None, version: str = "standard") -> str:
    text = lesson(found, version)
    return "".join(fill(block, facts or {}) for block in text.blocks if isinstance(block, Prose))


def errors(found: Reading) -> list[str]:
    return [
        f"{problem.path}:{problem.line} {problem.message}" for problem in found.problems if problem.is_error
    ]


def quiz_of(course: Course | None) -> Quiz:
    assert course
    return course.quizzes[0]


# text that depends on a fact


def test_text_can_depend_on_a_fact(reading: ReadWith) -> None:
    """What stands between `::: if` and `:::` shows only in areas that have the fact, or only where not."""
    found = reading("::: if police name\nAsk {{police name}}.\n:::\n\n::: if no police name\nAsk us.\n:::")
    assert errors(found) == []
    known = {"police name": fact("police name", "Warwickshire Police")}
    assert page(found, known).strip() == "<p>Ask Warwickshire Police.</p>"
    assert page(found, {}).strip() == "<p>Ask us.</p>"


def test_dependent_text_may_hold_other_blocks(reading: ReadWith) -> None:
    """A note in dependent text, and dependent text in a fold, open and close in the right order."""
    text = "::: more Why\n::: if police name\n> [!NOTE]\n> One.\n:::\nTwo.\n:::"
    found = reading(text)
    assert errors(found) == []
    shown = page(found, {})
    assert (
        "One." not in shown and "Two." in shown and shown.count("<details") == shown.count("</details>") == 1
    )
    assert "One." in page(found, {"police name": fact("police name", "X")})


def test_unknown_fact_in_if(reading: ReadWith) -> None:
    """A fact that is not known is a problem that names the nearest."""
    found = reading("::: if polise name\nx\n:::")
    assert any("no fact called “polise name”" in each for each in errors(found))
    assert "police name" in found.problems[0].mend


def test_a_list_alone_on_its_line(reading: ReadWith) -> None:
    """A list fact alone on its line becomes a list; in a sentence it is words with commas."""
    found = reading("{{strands}}\n\nThey are {{strands}}.")
    strands = {"strands": fact("strands", "race", "religion", shown_as="list")}
    assert "<ul><li>race</li><li>religion</li></ul>" in page(found, strands)
    assert "They are race, religion." in page(found, strands)


# included files


def test_include(reading: ReadWith) -> None:
    """Shared words are shown where they are included; their links count from their own folder."""
    shared = "Tell **one** person. [Look](../01-first/02-two.md).\n"
    found = reading("Before.\n\n::: include shared/safe.md\n\nAfter.", **{"shared/safe.md": shared})
    assert errors(found) == []
    shown = page(found)
    assert shown.index("Before") < shown.index("<strong>one</strong>") < shown.index("After")
    assert 'href="/courses/a-course/lessons/two"' in shown


def test_include_takes_the_version_of_the_page(reading: ReadWith) -> None:
    """An Easy Read page includes the Easy Read version of shared words, where there is one."""
    easy = LESSON.format(title="One", text="::: include ../shared/safe.md")
    shared = {"shared/safe.md": "Hard words.", "shared/safe.easy.md": "Easy words."}
    found = reading("::: include shared/safe.md", **{"01-first/01-one.easy.md": easy, **shared})
    assert errors(found) == []
    assert "Hard" in page(found) and "Easy" in page(found, version="easy")


def test_problems_of_included_files_name_them(reading: ReadWith) -> None:
    """A mistake in shared words is told with their own file and line, once, however often it is included."""
    found = reading(
        "::: include shared/safe.md\n\nMore.\n\n::: include shared/safe.md",
        **{"shared/safe.md": "One.\n\n[broken](nowhere.md)\n"},
    )
    assert [each for each in errors(found) if "nowhere.md" in each] == [
        "shared/safe.md:3 This link leads nowhere: nowhere.md."
    ]


@pytest.mark.parametrize(
    ("text", "shared", "message"),
    [
        ("::: include", "", "No file is named."),
        ("::: include shared/saef.md", "", "There is no file shared/saef.md"),
        ("::: include 02-two.md", "", "There is no file 02-two.md"),
        ("::: include shared/safe.md", "::: include safe.md", "without end"),
        ("::: include ../../../etc/passwd", "", "There is no file"),
    ],
)
def test_include_mistakes(reading: ReadWith, text: str, shared: str, message: str) -> None:
    """A file that is missing, not to be shared, outside, or includes itself is a problem and no crash."""
    found = reading(text, **{"shared/safe.md": shared or "Words."})
    assert any(message in each for each in errors(found)), errors(found)


def test_include_bomb(reading: ReadWith) -> None:
    """Files that include each other many times are stopped after fifty."""
    files = {f"shared/{n}.md": f"::: include {n + 1}.md\n\n" * 10 for n in range(9)}
    found = reading("::: include shared/0.md", **files, **{"shared/9.md": "End."})
    assert any("more than 50 times" in each for each in errors(found))


# films


def film(text: str) -> dict[str, str | bytes]:
    return {
        "01-first/01-one.md": LESSON.format(title="One", text=text),
        "media/sam.mp4": b"video",
        "media/sam-bsl.mp4": b"signed",
        "media/sam.vtt": "WEBVTT\n",
        "media/sam.md": "---\nkind: transcript\n---\n\nSam **says** hello.\n",
        "media/sam.mp3": b"audio",
    }


VIDEO = (
    "::: video media/sam.mp4\ntitle: Sam says hello\ncaptions: media/sam.vtt\n"
    "transcript: media/sam.md\nbsl: media/sam-bsl.mp4\n:::"
)


def test_video(reading: ReadWith) -> None:
    """A video comes with captions, transcript and signed version, and nothing loads before it is played."""
    found = reading(**film(VIDEO))
    assert errors(found) == []
    shown = page(found)
    assert shown.count('<video controls preload="none"') == 2 and 'kind="captions"' in shown
    assert "Sam <strong>says</strong> hello" in shown and "British Sign Language" in shown
    assert 'aria-label="Sam says hello"' in shown


def test_audio(reading: ReadWith) -> None:
    """Audio needs a transcript and no captions."""
    found = reading(**film("::: audio media/sam.mp3\ntranscript: media/sam.md\n:::"))
    assert errors(found) == []
    assert "<audio controls" in page(found)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("captions: media/sam.vtt\n", "", "This video has no captions."),
        ("transcript: media/sam.md\n", "", "This video has no transcript."),
        ("media/sam.vtt", "media/sam.txt", "is no file of captions"),
        ("media/sam.mp4", "media/tam.mp4", "There is no file media/tam.mp4."),
        ("video media/sam.mp4", "video media/sam.mp3", "is no file of video"),
        ("transcript: media/sam.md", "transcript: media/tam.md", "There is no file media/tam.md"),
        ("bsl:", "bls:", "says nothing Alongside knows"),
        ("title: Sam says hello", "> [!NOTE]\n> x", "No other block can lie in here."),
    ],
)
def test_video_mistakes(reading: ReadWith, old: str, new: str, message: str) -> None:
    """What is missing or misspelled at a video is a problem."""
    found = reading(**film(VIDEO.replace(old, new)))
    assert any(message in each for each in errors(found)), errors(found)


# links


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("02-two.md", "/courses/a-course/lessons/two"),
        ("../01-first/02-two.md", "/courses/a-course/lessons/two"),
        ("07-two.md", "/courses/a-course/lessons/two"),
        ("../09-moved/02-two.md", "/courses/a-course/lessons/two"),
        ("two", "/courses/a-course/lessons/two"),
        ("03-check.md", "/courses/a-course/quizzes/check"),
        ("02-two.md#a-part", "/courses/a-course/lessons/two#h-a-part"),
        ("#here", "#h-here"),
        ("../glossary.md#hate-crime", "/courses/a-course/glossary#h-hate-crime"),
    ],
)
def test_links_survive(reading: ReadWith, written: str, address: str) -> None:
    """A link finds its lesson by path or, when lessons have changed places, by name; and its heading."""
    two = LESSON.format(title="Two", text="## A part\n\nWords.")
    glossary = "---\ntitle: Words\n---\n\n## Hate crime\n\nA crime.\n"
    found = reading(f"## Here\n\n[words]({written})", **{"01-first/02-two.md": two, "glossary.md": glossary})
    assert errors(found) == []
    assert f'href="{address}"' in page(found)


@pytest.mark.parametrize(
    ("written", "message", "mend"),
    [
        ("tow.md", "leads nowhere: tow.md", "two.md"),
        ("02-two.md#a-prat", "no heading “a-prat”", "#a-part"),
        ("#nowhere", "no heading “nowhere”", "Take the #"),
        ("../banks/all.md", "leads nowhere", ""),
        ("/etc/passwd", "leads nowhere", ""),
        ("//evil.example", "leads nowhere", ""),
    ],
)
def test_broken_links(reading: ReadWith, written: str, message: str, mend: str) -> None:
    """A link to a file or heading that is not there is a problem on its line, with the nearest name."""
    two = LESSON.format(title="Two", text="## A part\n\nWords.")
    found = reading(f"Some.\n\n[words]({written})", **{"01-first/02-two.md": two})
    wrong = next(problem for problem in found.problems if message in problem.message)
    assert wrong.line == 7 and mend in wrong.mend and wrong.is_error


def test_heading_ids_cannot_be_ours(reading: ReadWith) -> None:
    """A heading called Main or Exit does not take the id of one of our own elements."""
    assert 'id="h-main"' in page(reading("## Main\n\nWords."))


# twins of quizzes and banks


def test_twins_of_banks(reading: ReadWith) -> None:
    """A question of a bank is asked in Easy Read where that was written; its id, marks and places stay."""
    found = reading(**{"banks/all.easy.md": EASY_BANK})
    assert errors(found) == []
    course = found.course
    assert course
    bank, quiz = course.banks["banks/all"], quiz_of(course)
    assert versions(quiz, course.banks) == ("standard", "easy")
    shown = in_version(quiz, course.banks, bank.questions[0], "easy")
    assert shown.stem.words == "Easy question 1?" and shown.id == bank.questions[0].id
    assert in_version(quiz, course.banks, bank.questions[0], "cy") is bank.questions[0]


def test_twins_of_quizzes(reading: ReadWith) -> None:
    """A quiz's own questions pair by {#id} in any order, and its title and opening words have versions."""
    own = (
        QUIZ + "\nHard opening.\n\n## First {#a}\n\n- (x) x\n- ( ) y\n\n## Second {#b}\n\n- [x] x\n- [ ] y\n"
    )
    easy = "---\nkind: quiz\ntitle: Easy check\n---\n\nEasy opening.\n\n## Zweite {#b}\n\n- [x] x\n- [ ] y\n"
    found = reading(**{"01-first/03-check.md": own, "01-first/03-check.easy.md": easy})
    assert errors(found) == []
    twin = quiz_of(found.course).twins["easy"]
    assert (
        twin.title == "Easy check"
        and twin.intro.words == "Easy opening."
        and list(twin.questions) == ["check#b"]
    )
    assert any("“First”" in p.message and not p.is_error for p in found.problems)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- (x) Yes\n  > Right.\n- ( ) No", "- ( ) Yes\n  > Right.\n- (x) No", "not those of the original"),
        ("- ( ) No\n", "- ( ) No\n- ( ) Maybe\n", "not those of the original"),
        ("title: All, easy", "title: x\npass mark: 80%", "“pass mark:” is not a setting"),
        ("## Easy question 3?", "Text.", "cannot tell which question"),
        ("## Easy question 2?", "## Easy question 2? {#question-1}", "same original as"),
    ],
)
def test_twin_mistakes(reading: ReadWith, old: str, new: str, message: str) -> None:
    """A twin whose answers differ from the original's could mark people wrongly, so it is refused."""
    found = reading(**{"banks/all.easy.md": EASY_BANK.replace(old, new, 1)})
    assert any(message in each for each in errors(found)), errors(found)


def test_files_without_versions(reading: ReadWith) -> None:
    """A course, module or glossary file has no twin, and a twin is of its original's kind."""
    found = reading(
        **{
            "course.easy.md": "---\ntitle: x\n---\n",
            "glossary.md": "---\ntitle: x\n---\n",
            "01-first/02-two.easy.md": "---\nkind: quiz\ntitle: x\n---\n",
        }
    )
    assert any("course.easy.md" in each and "no other versions" in each for each in errors(found))
    assert any("02-two.easy.md" in each and "is not" in each for each in errors(found))


# places nobody reaches


def test_what_nobody_can_reach(reading: ReadWith) -> None:
    """A lesson too deep in folders is an error; a module without lessons is a warning."""
    found = reading(
        **{
            "01-first/deep/01-x.md": LESSON.format(title="X", text="x"),
            "02-empty/module.md": "---\ntitle: Empty\n---\n",
        }
    )
    assert any("lies too deep" in each for each in errors(found))
    assert any(p.path == "02-empty/module.md" and "nobody sees it" in p.message for p in found.problems)
    assert found.course and len(found.course.modules) == 1


# ids


def test_ids_are_written_once(reading: ReadWith) -> None:
    """Every question gets its id after its words; nothing else changes, and a second time changes nothing."""
    bundle = {
        "course.md": b"---\ntitle: T\nsummary: S\n---\n",
        "01-a.md": b"\xef\xbb\xbf---\r\ntitle: A\r\n---\r\n\r\n::: check\r\n## Which?  \r\n- (x) a\r\n- ( ) b\r\n:::\r\n",
        "banks/b.md": b"---\nkind: bank\ntitle: B\n---\n\n## One? ##\n\n- (x) a\n- ( ) b\n\n## Two? {#zwei}\n",
        "banks/b.easy.md": b"---\nkind: bank\ntitle: B\n---\n\n## Eins?\n\n- (x) a\n- ( ) b\n\n## Zwei?\n",
    }
    changed = with_ids(bundle)
    assert changed["01-a.md"] == bundle["01-a.md"].replace(b"## Which?  ", b"## Which? {#which}")
    assert changed["banks/b.md"] == bundle["banks/b.md"].replace(b"## One? ##", b"## One? ## {#one}")
    assert (
        b"## Eins? {#one}" in changed["banks/b.easy.md"] and b"## Zwei? {#zwei}" in changed["banks/b.easy.md"]
    )
    assert with_ids({**bundle, **changed}) == {}


def test_text_whose_condition_could_not_be_placed_is_a_problem_and_is_kept() -> None:
    """A condition pushed into a table or a list keeps its words, and is named as a problem."""
    reading = read({"course.md": b"---\ntitle: T\nsummary: S\n---\n", "01-a.md": (
        b"---\ntitle: A\n---\n- item\n\n    ::: if strands\n    words\n\n  :::\n\nafter\n\n::: if strands\n## {#only}\n"
    )}, "c", FACTS)  # fmt: skip
    assert reading.problems and reading.course
    assert "words" in str(reading.course.modules)


LINES = st.lists(
    st.sampled_from(
        [
            "## Which one?", "# Top", "### Deep {#x}", "::: check", ":::", "- (x) Yes", "- ( ) No", "- [x] Both",
            "> feedback", "Why: because", "", "```", "words", "::: more x", "::: if strands", "{#id}", "## {#only}",
            "::: include shared/s.md", "::: video media/v.mp4", "captions: media/v.vtt", "[a](#b)", "{{strands}}",
            "> [!NOTE]", "1. one", "| a | b |", "|---|---|", "---", "title: x", "\ufeff## BOM", "## Doppelt",
        ]
    ),
    max_size=25,
)  # fmt: skip


@given(LINES, LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_lines_are_read(one: list[str], two: list[str], end: str) -> None:
    """No order of pieces of the format, in any file, makes the reader raise; written ids read the same."""
    text = [f"---{end}title: T{end}---{end}{end.join(lines)}".encode() for lines in (one, two)]
    bundle = {
        "course.md": b"---\ntitle: T\nsummary: S\n---\n",
        "01-a.md": text[0],
        "01-a.easy.md": text[1],
        "02-q.md": text[0].replace(b"title", b"kind: quiz" + end.encode() + b"title"),
        "02-q.easy.md": text[1].replace(b"title", b"kind: quiz" + end.encode() + b"title"),
        "banks/b.md": text[1],
        "shared/s.md": text[1],
        "glossary.md": text[0],
    }
    before = read(bundle, "c", FACTS)
    written = {**bundle, **with_ids(bundle)}
    after = read(written, "c", FACTS)
    assert with_ids(written) == {}
    assert before.course and after.course
    assert _without_lines(before.course) == _without_lines(after.course)


def _without_lines(course: Course) -> list[object]:
    """What a course asks, by id and words."""
    asked = [*(q for quiz in course.quizzes for q in quiz.questions)]
    asked += [q for bank in course.banks.values() for q in bank.questions]
    return [(q.id, q.stem.words, q.options) for q in asked]


def test_an_id_becomes_part_of_an_address() -> None:
    """What a trainer writes after `id:` is made fit for an address, whatever signs are in it."""
    lesson = b"---\ntitle: One\nid: My / first ID!\n---\nWords.\n"
    course = read({"course.md": b"---\ntitle: T\nsummary: S\n---\n", "01-a.md": lesson}, "c", FACTS).course
    assert course and course.steps[0].id == "my-first-id"
