"""One file for each kind of question, and the list of them all."""

from quizzes.kinds.one_answer import OneAnswer
from quizzes.kinds.several_answers import SeveralAnswers

__all__ = ["KINDS", "OneAnswer", "Question", "SeveralAnswers"]

KINDS = (OneAnswer, SeveralAnswers)
Question = OneAnswer | SeveralAnswers
