"""What one attempt asks: which questions, and their options in which order."""

import random
from collections.abc import Mapping

import msgspec

from quizzes.kinds import Question
from quizzes.quiz import Bank, Draw, Quiz


class Asking(msgspec.Struct, frozen=True):
    """One question of an attempt: its id, and the authored places of its options as shown."""

    question: str
    order: tuple[int, ...]


Paper = tuple[Asking, ...]


def draw(quiz: Quiz, banks: Mapping[str, Bank], seed: int) -> Paper:
    """The questions of one attempt: the quiz's own, then its draws; none twice. One seed, one paper."""
    dice = random.Random(seed)  # noqa: S311  fairness, not secrecy; the seed comes from a secure source
    asked = {question.id: question for question in quiz.questions}
    for wanted in quiz.draws:
        pool = [question for question in fitting(wanted, banks.get(wanted.bank)) if question.id not in asked]
        asked |= {question.id: question for question in dice.sample(pool, min(wanted.count, len(pool)))}
    questions = list(asked.values())
    if quiz.rules.questions == "shuffled":
        dice.shuffle(questions)
    return tuple(Asking(question.id, _order(question, quiz, dice)) for question in questions)


def _order(question: Question, quiz: Quiz, dice: random.Random) -> tuple[int, ...]:
    places = range(len(question.options))
    return tuple(dice.sample(places, len(places))) if quiz.rules.options == "shuffled" else tuple(places)


def fitting(wanted: Draw, bank: Bank | None) -> tuple[Question, ...]:
    """The questions of a bank that a draw may take."""
    questions = bank.questions if bank else ()
    return tuple(question for question in questions if not wanted.tag or wanted.tag in question.tags)


def shortfall(wanted: Draw, bank: Bank) -> int:
    """How many questions a bank lacks for a draw; 0 when there are enough."""
    return max(0, wanted.count - len(fitting(wanted, bank)))


def question(quiz: Quiz, banks: Mapping[str, Bank], question_id: str) -> Question | None:
    """The question of this id, from the quiz itself or from a bank, or None."""
    everywhere = (*quiz.questions, *(each for bank in banks.values() for each in bank.questions))
    return next((each for each in everywhere if each.id == question_id), None)
