"""Courses made to keep a reader busy: each would take it minutes, or all memory, if nothing stopped it."""

from collections.abc import Callable

from courses.media import Media, is_media

COURSE = b"---\ntitle: A course\nsummary: What it is about.\n---\n\nWelcome.\n"
QUESTION = "## Question {n}?\n\n- (x) Yes\n  > Right.\n- ( ) No\n  > Wrong.\n\n"

Bundle = dict[str, bytes]


def lesson(text: str | bytes) -> bytes:
    """A lesson file with this text."""
    return b"---\ntitle: A lesson\n---\n\n" + (text if isinstance(text, bytes) else text.encode()) + b"\n"


def served(bundle: Bundle) -> dict[str, Media]:
    """What the media files of a bundle would be served as, if they were what their names say."""
    paths = [path for path in bundle if is_media(path)]
    return {path: Media(digest="0" * 64, media_type="image/png", size=1) for path in paths}


def course(**files: bytes) -> Bundle:
    """A course with one harmless lesson, and these files."""
    return {"course.md": COURSE, "01-a.md": lesson("Words."), **files}


def texts() -> dict[str, str | bytes]:
    """Hostile texts of a lesson, by what they are."""
    return {
        "[ twenty thousand times": "[" * 20_000,
        "[ on five thousand lines": "[\n" * 5_000,
        "![ five thousand times": "![" * 5_000,
        "[a]( five thousand times": "[a](" * 5_000,
        "[^ five thousand times": "[^" * 5_000,
        "<a  twenty thousand times": "<a " * 20_000,
        "links inside links": "[" * 5_000 + "a" + "](b)" * 5_000,
        "* twenty thousand times": "*a**b" * 20_000,
        "_ twenty thousand times": "_a__b" * 20_000,
        "backticks of every length": "".join("`" * length + " " for length in range(600)),
        "fences with spaces after them": ("```" + " " * 19_000 + "\n") * 15,
        "fences with tabs after them": ("~~~" + "\t" * 19_000 + "\n") * 15,
        "fences that never end": "```\n" * 20_000,
        "backslashes": "\\" * 100_000,
        "entities": "&lt;" * 100_000,
        "a list three hundred deep": "\n".join("    " * level + "- a" for level in range(300)),
        "a list ten thousand deep on one line": "- " * 9_000 + "a",
        "a numbered list on one line": "1. " * 5_000 + "a",
        "a quote five thousand deep": ">" * 5_000 + " a",
        "a quote that grows with each line": "\n".join(">" * level + " a" for level in range(600)),
        "lists in quotes in lists": "- > " * 2_000 + "a",
        "definitions inside definitions": "\n".join("a\n" + "    " * level + ": b" for level in range(400)),
        "blocks five thousand deep": "::: more a\n" * 5_000 + "b\n" + ":::\n" * 5_000,
        "a table of ten thousand columns": f"|{' a |' * 10_000}\n|{'---|' * 10_000}\n|{' b |' * 10_000}",
        "a table of a hundred thousand rows": "| a | b |\n|---|---|\n" + "| c | d |\n" * 80_000,
        "twenty thousand footnotes": "".join(f"a[^{n}]\n\n[^{n}]: b\n\n" for n in range(20_000)),
        "forty thousand references": "".join(f"[a][{n}]\n[{n}]: b\n" for n in range(40_000)),
        "a heading of a megabyte": "## " + "a " * 500_000,
        "a line of a megabyte": "word " * 200_000,
        "a hundred thousand short lines": "a\n" * 100_000,
        "a hundred thousand short paragraphs": "a\n\n" * 100_000,
        "five thousand checks": "::: check\n## A\n- (x) a\n- ( ) b\n:::\n" * 5_000,
        "a hundred thousand facts": "".join(f"{{{{police nam{n}}}}}\n" for n in range(100_000)),
        "a fact of spaces": ("{{ a" + " " * 19_000 + "b\n") * 15 + "{{no such fact}}",
        "not UTF-8": b"\xff\xfe" * 200_000,
        "NUL": b"words\0" * 100_000,
        "control characters": "\x01" * 200_000,
        "our own marks": "\ue0001\ue001" * 50_000,
    }


def _files() -> dict[str, Callable[[], Bundle]]:
    """Hostile files of other kinds."""
    quiz = "---\nkind: quiz\ntitle: Q\n---\n\n"
    bank = "---\nkind: bank\ntitle: Q\n---\n\n"
    many = "".join(QUESTION.format(n=n) for n in range(10_000))
    terms = "".join(f"## term{n}\nIt means this.\n" for n in range(20_000))
    includes = {f"shared/{n}.md": (f"::: include shared/{n + 1}.md\n" * 2).encode() for n in range(40)}
    film = "::: video media/a.mp4\ncaptions: media/a.vtt\ntranscript: media/{}.md\n:::\n"
    films = {f"media/{n}.md": (film.format(n + 1) * 2).encode() for n in range(40)}
    return {
        "a quiz of ten thousand questions": lambda: course(**{"02-q.md": (quiz + many).encode()}),
        "a bank of ten thousand questions": lambda: course(**{"banks/b.md": (bank + many).encode()}),
        "a question of sixty thousand options": lambda: course(
            **{"02-q.md": (quiz + "## A?\n" + "- ( ) a\n" * 60_000).encode()}
        ),
        "an option of brackets": lambda: course(
            **{"02-q.md": (quiz + "## A?\n\n- (x) a\n- ( ) " + "[" * 10_000 + "\n").encode()}
        ),
        "feedback of quotes": lambda: course(
            **{"02-q.md": (quiz + "## A?\n\n- (x) a\n  > " + "> " * 9_000 + "b\n- ( ) b\n").encode()}
        ),
        "a glossary of twenty thousand words": lambda: course(**{"glossary.md": terms.encode()}),
        "front matter of forty thousand keys": lambda: course(
            **{"02-b.md": b"---\n" + b"".join(b"tilte%d: a\n" % n for n in range(40_000)) + b"---\na\n"}
        ),
        "front matter without an end": lambda: course(**{"02-b.md": b"---\n" + b"title\n" * 100_000}),
        "two includes in each of forty": lambda: course(
            **{"02-b.md": lesson("::: include shared/0.md")}, **includes, **{"shared/40.md": b"End.\n"}
        ),
        "a file that includes itself": lambda: course(
            **{"02-b.md": lesson("::: include shared/a.md"), "shared/a.md": b"::: include shared/a.md\n"}
        ),
        "a transcript of itself": lambda: course(
            **{"02-b.md": lesson(film.format("t")), "media/t.md": film.format("t").encode()},
            **{"media/a.mp4": b"a", "media/a.vtt": b"a"},
        ),
        "two films in each of forty transcripts": lambda: course(
            **{"02-b.md": lesson(film.format("0")), "media/a.mp4": b"a", "media/a.vtt": b"a"}, **films
        ),
        "a path of brackets": lambda: {
            "path.md": b"---\nkind: path\ntitle: A\nsummary: A\ncourses:\n  - a\n---\n\n" + b"[" * 30_000
        },
        "ten thousand files": lambda: course(**{f"01-a/{n}-l{n}.md": lesson("a") for n in range(10_000)}),
        "a folder a thousand deep": lambda: course(**{"a/" * 1_000 + "b.md": lesson("a")}),
    }


HOSTILE: dict[str, Callable[[], Bundle]] = {
    **{name: lambda text=text: course(**{"02-b.md": lesson(text)}) for name, text in texts().items()},  # type: ignore[misc]
    **_files(),
}
