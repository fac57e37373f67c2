"""What the bench teaches: the lessons that ship with the product, and a quiz of ten questions."""

from courses.bundle import Bundle
from courses.library import bundles

SLUG, QUIZ = "bench", "ten-questions"
FOLDER = "98-bench"


def bundle() -> Bundle:
    """The first shipped course's files, a module with a quiz that draws ten of thirty, and its bank."""
    return {
        **next(iter(bundles().values())),
        f"{FOLDER}/module.md": b"---\ntitle: Bench\n---\n",
        f"{FOLDER}/01-{QUIZ}.md": (
            "---\nkind: quiz\ntitle: Ten questions\npass mark: 80%\n"
            f"draw:\n  - 10 from banks/{QUIZ}-bank\n---\n"
        ).encode(),
        f"banks/{QUIZ}-bank.md": (
            "---\nkind: bank\ntitle: Thirty questions\n---\n" + "".join(map(_question, range(30)))
        ).encode(),
    }


def _question(number: int) -> str:
    options = "".join(
        f"- ({'x' if place == 0 else ' '}) Answer {place} to question {number}, about as long as most are\n"
        f"  > Why this is so, in a sentence that somebody would learn from.\n"
        for place in range(4)
    )
    return f"\n## What would you do about matter {number}?\n\nSome words on what happened.\n\n{options}"
