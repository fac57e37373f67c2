"""What one attempt asks."""

from collections import Counter
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from quizzes.paper import Asking, draw, question, shortfall, shortfalls
from quizzes.quiz import Bank, Draw, Quiz, Rules


def bank(ask, name: str, tags: list[list[str]]) -> Bank:
    questions = tuple(ask(f"{name}#{n}", [True, False, False], tags=tuple(t)) for n, t in enumerate(tags))
    return Bank(id=name, title=name, questions=questions)


def quiz(ask, own: int = 0, draws: tuple[Draw, ...] = (), **rules) -> Quiz:
    questions = tuple(ask(f"final#{n}", [True, False, False]) for n in range(own))
    return Quiz(id="final", title="Final", questions=questions, draws=draws, rules=Rules(**rules))


TAGS = st.lists(st.lists(st.sampled_from("xyz"), unique=True, max_size=3), max_size=8)
DRAWS = st.lists(
    st.builds(Draw, count=st.integers(1, 4), bank=st.sampled_from("ab"), tag=st.sampled_from(["", *"xyz"])),
    max_size=4,
).map(tuple)


def test_as_written(ask):
    """Own questions come first and in order, options in order, and drawn ones in the order of their bank."""
    banks = {"a": bank(ask, "a", [[]] * 6)}
    paper = draw(quiz(ask, 3, (Draw(count=6, bank="a"),)), banks, seed=1)
    assert paper == tuple(
        Asking(name, (0, 1, 2)) for name in [*(f"final#{n}" for n in range(3)), *(f"a#{n}" for n in range(6))]
    )


def test_shuffled_papers_differ_between_seeds(ask):
    """Shuffling reaches questions and options, and comes to every order of options."""
    taken = quiz(ask, 3, questions="shuffled", options="shuffled")
    papers = [draw(taken, {}, seed) for seed in range(200)]
    assert len({tuple(asking.question for asking in paper) for paper in papers}) == 6
    assert {asking.order for paper in papers for asking in paper} == set(permutations(range(3)))


def test_every_question_of_a_bank_is_drawn_about_as_often(ask):
    """No question of a bank is favoured."""
    banks = {"a": bank(ask, "a", [[]] * 5)}
    taken = quiz(ask, draws=(Draw(count=2, bank="a"),))
    drawn = Counter(asking.question for seed in range(1000) for asking in draw(taken, banks, seed))
    assert len(drawn) == 5
    assert all(330 < count < 470 for count in drawn.values())


def test_a_draw_without_tag_leaves_tagged_questions_to_the_draw_that_needs_them(ask):
    """Where two draws want the same questions, each still gets its number, whatever the seed."""
    banks = {"a": bank(ask, "a", [["x"], ["x"], [], []])}
    taken = quiz(ask, draws=(Draw(count=2, bank="a"), Draw(count=2, bank="a", tag="x")))
    for seed in range(50):
        names = [asking.question for asking in draw(taken, banks, seed)]
        assert names == ["a#2", "a#3", "a#0", "a#1"]


@given(own=st.integers(0, 3), tags=st.tuples(TAGS, TAGS), draws=DRAWS, seed=st.integers(0, 99))
def test_laws_of_a_paper(ask, own, tags, draws, seed):
    """No question twice, every order a permutation, the right number, and the same paper from one seed."""
    banks = {name: bank(ask, name, its) for name, its in zip("ab", tags, strict=True)}
    taken = quiz(ask, own, draws, questions="shuffled", options="shuffled")
    paper = draw(taken, banks, seed)
    names = [asking.question for asking in paper]
    assert len(names) == len(set(names))
    assert all(sorted(asking.order) == [0, 1, 2] for asking in paper)
    assert len(paper) == taken.length - sum(missing for _, missing in shortfalls(taken, banks))
    assert paper == draw(taken, banks, seed)
    assert all(question(taken, banks, name) is not None for name in names)


@given(tags=st.tuples(TAGS, TAGS), draws=DRAWS, seed=st.integers(0, 9))
def test_what_can_be_drawn_is_drawn(ask, tags, draws, seed):
    """Draws are met together exactly when every group of them finds enough questions (Hall's theorem)."""
    banks = {name: bank(ask, name, its) for name, its in zip("ab", tags, strict=True)}
    taken = quiz(ask, draws=draws)
    pools = [{q.id for q in banks[d.bank].questions if d.tag in ("", *q.tags)} for d in draws]
    groups = [[p for p in range(len(draws)) if mask >> p & 1] for mask in range(2 ** len(draws))]
    enough = all(
        sum(draws[p].count for p in group) <= len(set().union(*(pools[p] for p in group))) for group in groups
    )
    assert (shortfalls(taken, banks) == ()) is enough
    assert (len(draw(taken, banks, seed)) == taken.length) is enough


def test_a_question_of_the_quiz_is_not_drawn_again(ask):
    """A bank that holds a question of the quiz itself, by its id, does not ask it twice."""
    taken = quiz(ask, 2, (Draw(count=2, bank="a"),))
    banks = {"a": Bank(id="a", title="A", questions=(taken.questions[0], ask("a#0", [True, False])))}
    assert [asking.question for asking in draw(taken, banks, seed=1)] == ["final#0", "final#1", "a#0"]
    assert shortfalls(taken, banks) == ((taken.draws[0], 1),)


def test_drawn_questions_have_the_tag_asked_for(ask):
    """A draw with a tag takes only questions with that tag."""
    banks = {"a": bank(ask, "a", [["x"], [], ["y", "x"], ["y"]])}
    paper = draw(quiz(ask, draws=(Draw(count=2, bank="a", tag="x"),)), banks, seed=3)
    assert [asking.question for asking in paper] == ["a#0", "a#2"]


def test_shortfall_of_one_draw(ask):
    """How many a bank lacks for a draw, counting only questions with its tag."""
    small = bank(ask, "a", [["x"], []])
    assert shortfall(Draw(count=2, bank="a"), small) == 0
    assert shortfall(Draw(count=5, bank="a"), small) == 3
    assert shortfall(Draw(count=2, bank="a", tag="x"), small) == 1


def test_draws_that_fail_only_together(ask):
    """Two draws of three from a bank of five lack one question between them."""
    three = Draw(count=3, bank="a")
    taken = quiz(ask, draws=(three, three))
    assert shortfalls(taken, {"a": bank(ask, "a", [[]] * 5)}) == ((three, 1),)


def test_a_bank_that_is_gone_draws_nothing(ask):
    """A missing bank lacks all that is asked of it, and nothing raises."""
    taken = quiz(ask, 1, (Draw(count=2, bank="gone"),))
    assert [asking.question for asking in draw(taken, {}, seed=1)] == ["final#0"]
    assert shortfalls(taken, {}) == ((taken.draws[0], 2),)


def test_a_question_is_found_by_its_id(ask):
    """Own and drawn questions are found; those of banks the quiz does not use are not."""
    banks = {"a": bank(ask, "a", [[]]), "b": bank(ask, "b", [[]])}
    taken = quiz(ask, 1, (Draw(count=1, bank="a"),))
    assert question(taken, banks, "final#0") is taken.questions[0]
    assert question(taken, banks, "a#0") is banks["a"].questions[0]
    assert question(taken, banks, "b#0") is None
