"""What a trainer writes is what is asked: quizzes written out as text and read back."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

WORDS = st.lists(
    st.text(alphabet="abcdefgŵé\u0627\u0628 '’“”,", min_size=1, max_size=12).map(str.strip).filter(bool),
    min_size=1,
    max_size=3,
).map(" and ".join)


@st.composite
def questions(draw) -> dict[str, Any]:
    """A question as values, and how a trainer happens to type it."""
    square = draw(st.booleans())
    texts = draw(
        st.lists(WORDS, min_size=2, max_size=5, unique_by=lambda text: " ".join(text.casefold().split()))
    )
    ticks = draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    one = draw(st.integers(0, len(texts) - 1))
    right = (
        [tick or place == one for place, tick in enumerate(ticks)]
        if square
        else [place == one for place in range(len(texts))]
    )
    feedback = [draw(st.lists(WORDS, max_size=2)) for _ in texts]
    return {
        "square": square,
        "texts": texts,
        "right": right,
        "feedback": feedback,
        "why": draw(st.one_of(st.none(), WORDS)),
        "marks": draw(st.integers(1, 9)),
        "bullet": draw(st.sampled_from("-*+•")),
        "tick": draw(st.sampled_from(["x", "X", " x ", "\u00a0x"])),
        "space": draw(st.sampled_from([" ", "", "\u00a0", "  "])),
        "indent": draw(st.sampled_from(["", "  ", "\t"])),
        "gap": draw(st.booleans()),
    }


def written(question: dict[str, Any], number: int) -> str:
    """The question as a trainer would type it."""
    left, right = "[]" if question["square"] else "()"
    lines = [f"## Question {{#q{number}}}", ""]
    for text, is_right, feedback in zip(
        question["texts"], question["right"], question["feedback"], strict=True
    ):
        mark = question["tick"] if is_right else question["space"]
        lines.append(f"{question['bullet']} {left}{mark}{right} {text}")
        lines += [f"{question['indent']}> {line}" for line in feedback]
        lines += [""] if question["gap"] else []
    lines += [f"Marks: {question['marks']}"]
    lines += [f"Why: {question['why']}"] if question["why"] else []
    return "\n".join(lines)


@given(asked=st.lists(questions(), min_size=1, max_size=3))
def test_written_out_and_read_back(read, asked):
    """Options, ticks, feedback, marks and reasons are the same, however the boxes were typed."""
    text = "\n\n".join(written(question, number) for number, question in enumerate(asked))
    quiz, problems = read(text)
    assert problems == ()
    assert len(quiz.questions) == len(asked)
    for question, wanted in zip(quiz.questions, asked, strict=True):
        assert [option.text.words for option in question.options] == wanted["texts"]
        assert [option.right for option in question.options] == wanted["right"]
        assert [option.feedback.words for option in question.options] == [
            "\n".join(lines) for lines in wanted["feedback"]
        ]
        assert question.why.words == (wanted["why"] or "")
        assert question.marks == wanted["marks"]
