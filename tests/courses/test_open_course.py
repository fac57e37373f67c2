"""The laws of the open course that ships, "Understanding hate and mate crime"."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import PurePath
from statistics import median

import pytest

from courses import pictograms, plain_words
from courses.bundle import Bundle
from courses.course import Course, LessonText
from courses.fact_checks import in_answers, not_everywhere
from courses.library import OPTIONAL, bundles, facts
from courses.reader import Reading, read
from courses.settings import KEYS
from courses.slurs import spelled_out
from markup import front_matter
from markup import source as sources
from quizzes import paper
from quizzes.kinds import OneAnswer, Question
from quizzes.marking import mark
from quizzes.quiz import Quiz

SLUG = "understanding-hate-and-mate-crime"
PARTS = {"what-it-is": 3, "strands": 2, "mate-crime": 3, "report-and-support": 2, "what-you-can-do": 1}
TOPICS = ("perception", "strands", "signs", "emergency", "anonymity", "listening", "upstander")
SEEDS = range(300)
VERSIONS = ("standard", "easy")

# Three digits or more with nothing but spaces between them: a number to ring, or a year. Money may be named.
NUMBER = re.compile(r"(?<![£\d])\d(?: ?\d){2,}")
PICTURE = re.compile(r"!\[[^\]]*\]\(picture:([^)]*)\)")


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return bundles()[SLUG]


@pytest.fixture(scope="module")
def reading(bundle: Bundle) -> Reading:
    return read(bundle, SLUG, {*facts(), *OPTIONAL})


@pytest.fixture(scope="module")
def course(reading: Reading) -> Course:
    assert reading.course
    return reading.course


@pytest.fixture(scope="module")
def final(course: Course) -> Quiz:
    (quiz,) = course.quizzes
    return quiz


def in_banks(course: Course, version: str) -> Iterator[Question]:
    """Every question of the banks as that version asks it; one that was not written again is left out."""
    for bank in course.banks.values():
        yield from bank.questions if version == "standard" else bank.twins[version].questions.values()


def asked(final: Quiz, course: Course, seed: int) -> list[Question]:
    """The questions of one attempt."""
    drawn = (
        paper.question(final, course.banks, item.question) for item in paper.draw(final, course.banks, seed)
    )
    return [question for question in drawn if question]


def rights(question: Question) -> frozenset[int]:
    """The places of the right options."""
    return frozenset(place for place, option in enumerate(question.options) if option.right)


def longest(question: Question) -> frozenset[int]:
    """The place of the longest option, or of all that share that length."""
    lengths = [len(option.text.words) for option in question.options]
    return frozenset(place for place, length in enumerate(lengths) if length == max(lengths))


def prose(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """Each line that people read, with its file: no notes of the authors', no names of pictures."""
    for path in sorted(bundle):
        for line in bundle[path].decode().splitlines() if path.endswith(".md") else ():
            if not line.startswith("[//]: #"):
                yield path, PICTURE.sub("", line)


def word_count(text: bytes) -> int:
    return len(re.findall(r"[A-Za-z’']+", re.sub(r"\[//\]: #.*", "", PICTURE.sub("", text.decode()))))


def lesson_ages(bundle: Bundle, words: Collection[str]) -> dict[str, int]:
    """The reading age of each lesson in standard words, by its path."""
    ages = {}
    for path in sorted(bundle):
        if re.fullmatch(r"\d+-[a-z-]+/\d+-[a-z-]+\.md", path):
            source, _ = sources.read(path, bundle[path])
            assert source
            front, _ = front_matter.read(source, KEYS["lesson"])
            ages[path] = plain_words.reading_age(source, front.body, words)
    return ages


def test_nothing_is_left_to_mend(bundle: Bundle, reading: Reading, course: Course) -> None:
    """It is published without an error and without a word of advice."""
    assert reading.problems == ()
    found = (*spelled_out(bundle), *in_answers(course, bundle), *not_everywhere(course, bundle, facts()))
    assert [problem.message for problem in found] == []


def test_five_parts_and_a_quiz(course: Course, final: Quiz) -> None:
    """The parts come in the order they were planned in, the quiz last, and their minutes make up the course's."""
    *parts, last = course.modules
    assert [(part.id, len(part.steps)) for part in parts] == list(PARTS.items())
    assert last.steps == (final,) and final.title == "What you know now"
    assert sum(step.minutes or 0 for step in course.steps) == course.minutes == 45


def test_everything_is_there_in_easy_read(course: Course, final: Quiz) -> None:
    """Every lesson, quiz and bank has an Easy Read version, with every question written again."""
    assert [lesson.id for lesson in course.lessons if "easy" not in lesson.versions] == []
    assert final.twins["easy"].intro
    for bank in course.banks.values():
        assert list(bank.twins["easy"].questions) == [question.id for question in bank.questions], bank.id


def test_easy_read_is_shorter_and_has_pictures(bundle: Bundle, course: Course) -> None:
    """Each Easy Read version has fewer words than its original, and each of its questions a picture."""
    for path in sorted(bundle):
        easy = bundle.get(str(PurePath(path).with_suffix(".easy.md")))
        if easy is not None:
            assert word_count(easy) < word_count(bundle[path]), path
            assert PICTURE.search(easy.decode()), path
    assert [question.id for question in in_banks(course, "easy") if not question.body] == []


def test_pictures_are_ours(bundle: Bundle) -> None:
    """There are forty pictures or more to choose from, and each that is used is one of them."""
    used = {name for data in bundle.values() for name in PICTURE.findall(data.decode())}
    assert len(pictograms.names()) >= 40
    assert used and used <= set(pictograms.names())


def test_there_is_enough_to_draw_from(course: Course, final: Quiz) -> None:
    """The banks hold 36 questions or more, seven or more each, and four or more for each draw."""
    assert sum(len(bank.questions) for bank in course.banks.values()) >= 36
    for bank in course.banks.values():
        assert len(bank.questions) >= 7, bank.id
    for draw in final.draws:
        pool = [q for q in course.banks[draw.bank].questions if draw.tag in q.tags]
        assert len(pool) >= 4, draw


def test_every_quiz_asks_about_each_topic(course: Course, final: Quiz) -> None:
    """Whatever is drawn, there are ten questions, two on each part, and every topic that matters is among them."""
    for seed in SEEDS:
        questions = asked(final, course, seed)
        banks = Counter(question.id.partition("#")[0] for question in questions)
        assert banks == {f"banks/{part}": 2 for part in PARTS}
        assert {tag for question in questions for tag in question.tags} >= set(TOPICS)


def test_every_question_has_its_turn(course: Course, final: Quiz) -> None:
    """No question lies in a bank without ever being drawn."""
    drawn = {question.id for seed in SEEDS for question in asked(final, course, seed)}
    assert drawn == {question.id for question in in_banks(course, "standard")}


def test_knowing_passes_and_guessing_does_not(course: Course, final: Quiz) -> None:
    """Right answers pass any quiz that is drawn; ticking everything, or the longest answer, passes none."""
    for seed in SEEDS:
        questions = asked(final, course, seed)
        assert mark(questions, {q.id: rights(q) for q in questions}, final.rules).percent == 100
        assert not mark(questions, {q.id: range(len(q.options)) for q in questions}, final.rules).passed
        assert not mark(questions, {q.id: longest(q) for q in questions}, final.rules).passed


@pytest.mark.parametrize("version", VERSIONS)
def test_right_answers_do_not_give_themselves_away(course: Course, version: str) -> None:
    """The right answer is the longest in two of five questions at most, and stands in each place by turns."""
    questions = [q for q in in_banks(course, version) if isinstance(q, OneAnswer)]
    given_away = [q.id for q in questions if rights(q) == longest(q)]
    assert len(given_away) <= 0.4 * len(questions), given_away
    places = Counter(min(rights(q)) for q in questions)
    assert set(places) == {0, 1, 2} and max(places.values()) <= len(questions) / 2, places


def test_every_answer_teaches(course: Course) -> None:
    """Every option says something to whoever chose it, in the banks and in the lessons, in both versions."""
    checks = [
        block
        for lesson in course.lessons
        for text in lesson.versions.values()
        for block in text.blocks
        if isinstance(block, Question)
    ]
    questions = [*checks, *(q for version in VERSIONS for q in in_banks(course, version))]
    assert [q.id for q in questions for option in q.options if not option.feedback] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_each_lesson_has_one_quick_check(course: Course, version: str) -> None:
    """Each lesson stops once to ask, and not more often."""
    for lesson in course.lessons:
        assert _checks(lesson.versions[version]) == 1, lesson.id


def _checks(text: LessonText) -> int:
    return sum(isinstance(block, Question) for block in text.blocks)


def test_lessons_read_with_ease(bundle: Bundle, course: Course) -> None:
    """Nobody needs to read better than at eleven, and the middle lesson is right for ages nine to eleven."""
    ages = lesson_ages(bundle, [term.term for term in course.glossary])
    assert len(ages) == len(course.lessons)
    assert max(ages.values()) <= 11, ages
    assert 9 <= median(ages.values()) <= 11, ages


def test_what_moves_is_a_fact(bundle: Bundle) -> None:
    """No telephone number and no year stands in the words: facts fill them in, with source and date."""
    assert [(path, line) for path, line in prose(bundle) if NUMBER.search(line)] == []
