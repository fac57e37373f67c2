"""What one attempt asks: which questions, in which order, with their options in which order."""

import random
from collections.abc import Mapping

import msgspec

from quizzes.kinds import Question
from quizzes.quiz import Bank, Draw, Quiz, Twin


class Asking(msgspec.Struct, frozen=True):
    """One question of an attempt: its id, and the authored places of its options in the order shown."""

    question: str
    order: tuple[int, ...]


Paper = tuple[Asking, ...]


def draw(quiz: Quiz, banks: Mapping[str, Bank], seed: int) -> Paper:
    """The paper of one attempt: the quiz's own questions, then what it draws, no question twice.

    The same seed gives the same paper. `banks` are the course's, by id. A bank that is too small gives all
    it has: `shortfalls` finds it before a course is published.
    """
    chance = random.Random(seed)  # noqa: S311 - which questions come is no secret
    drawn = _filled(quiz, banks, chance)
    questions = list(quiz.questions)
    for place, asked in enumerate(quiz.draws):
        chosen = {identity for identity, slot in drawn.items() if slot == place}
        questions += [question for question in _pool(asked, banks) if question.id in chosen]
    if quiz.rules.questions == "shuffled":
        chance.shuffle(questions)
    return tuple(Asking(question.id, _order(quiz, question, chance)) for question in questions)


def question(quiz: Quiz, banks: Mapping[str, Bank], id: str) -> Question | None:  # noqa: A002
    """The question with this id, from the quiz itself or from a bank it draws from; else None."""
    drawn_from = dict.fromkeys(asked.bank for asked in quiz.draws)
    pools = [quiz.questions, *(banks[name].questions for name in drawn_from if name in banks)]
    return next((found for pool in pools for found in pool if found.id == id), None)


def in_version(quiz: Quiz, banks: Mapping[str, Bank], asked: Question, version: str) -> Question:
    """The question in the words of a version such as `easy`; as it stands where that was not written."""
    twins = (held[version] for held in _twins(quiz, banks) if version in held)
    return next((twin.questions[asked.id] for twin in twins if asked.id in twin.questions), asked)


def versions(quiz: Quiz, banks: Mapping[str, Bank]) -> tuple[str, ...]:
    """The versions in which at least one of its questions can be asked, `standard` first."""
    return ("standard", *sorted({version for held in _twins(quiz, banks) for version in held}))


def _twins(quiz: Quiz, banks: Mapping[str, Bank]) -> list[dict[str, Twin]]:
    return [quiz.twins, *(banks[draw.bank].twins for draw in quiz.draws if draw.bank in banks)]


def shortfall(draw: Draw, bank: Bank) -> int:
    """How many questions `bank` lacks for this one draw; 0 when it has enough."""
    return max(0, draw.count - len(_pool(draw, {draw.bank: bank})))


def shortfalls(quiz: Quiz, banks: Mapping[str, Bank]) -> tuple[tuple[Draw, int], ...]:
    """The draws that cannot be met together, each with how many questions it lacks.

    No question comes twice, so two draws from one bank can fail where each alone would not.
    """
    drawn = list(_filled(quiz, banks, random.Random(0)).values())  # noqa: S311
    lacking = ((asked, asked.count - drawn.count(place)) for place, asked in enumerate(quiz.draws))
    return tuple((asked, count) for asked, count in lacking if count > 0)


def _pool(asked: Draw, banks: Mapping[str, Bank]) -> tuple[Question, ...]:
    bank = banks.get(asked.bank)
    return tuple(q for q in bank.questions if asked.tag in ("", *q.tags)) if bank else ()


def _order(quiz: Quiz, asked: Question, chance: random.Random) -> tuple[int, ...]:
    order = list(range(len(asked.options)))
    if quiz.rules.options == "shuffled":
        chance.shuffle(order)
    return tuple(order)


def _filled(quiz: Quiz, banks: Mapping[str, Bank], chance: random.Random) -> dict[str, int]:
    """Ids of the questions drawn, each with the place of its draw in the quiz.

    Fills as many slots as can be filled: where two draws want the same question, the one that has
    another to take moves on to it (augmenting paths, breadth first).
    """
    own = {q.id for q in quiz.questions}
    pools = [[q.id for q in _pool(asked, banks) if q.id not in own] for asked in quiz.draws]
    for pool in pools:
        chance.shuffle(pool)
    taken: dict[str, int] = {}
    for place, asked in enumerate(quiz.draws):
        for _ in range(asked.count):
            if not _take_one_more(place, pools, taken):
                break
    return taken


def _take_one_more(place: int, pools: list[list[str]], taken: dict[str, int]) -> bool:
    """Give the draw at `place` one more question; whether that could be done. Changes `taken`."""
    came_by: dict[int, tuple[int, str]] = {}
    waiting = [place]
    for reached in waiting:
        for identity in pools[reached]:
            holder = taken.get(identity)
            if holder is None:
                while identity:
                    taken[identity] = reached
                    reached, identity = came_by.get(reached, (reached, ""))  # noqa: PLW2901
                return True
            if holder not in (place, *came_by):
                came_by[holder] = (reached, identity)
                waiting.append(holder)
    return False
