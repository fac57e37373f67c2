"""The examples of docs/authoring.md: each as it is written, and put into a real course."""

import re
from dataclasses import dataclass
from pathlib import Path

from courses import starter
from markup.ids import slug

GUIDE = Path(__file__).parents[1] / "docs" / "authoring.md"
FOLDER = "03-guide"
_BLOCK = re.compile(r"^```markdown ?([\w.-]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TITLE = "---\ntitle: {}\n---\n\n"
_QUIZ = "---\nkind: quiz\ntitle: {}\n---\n\n"
_QUESTION = "\n## Yes? {#yes}\n\n- (x) Yes\n- ( ) No\n"


@dataclass(frozen=True)
class Example:
    """What stands in the guide: under which heading, what kind of piece it is, and its text."""

    name: str
    kind: str
    text: str

    @property
    def path(self) -> str:
        """The file that it is put into."""
        places = {
            "course": "course.md",
            "glossary": "glossary.md",
            "path": f"{self.name}.md",
            "bank": f"banks/{self.name}.md",
            "module": f"{FOLDER}/module.md",
        }
        ending = ".easy.md" if self.kind == "easy" else ".md"
        return places.get(self.kind, f"{FOLDER}/{self.name}{ending}")

    @property
    def file(self) -> str:
        """The whole file, with the settings that its kind needs around the text."""
        match self.kind:
            case "" | "easy":
                return _TITLE.format(self.name) + self.text
            case "quiz" | "wrong":
                return _QUIZ.format(self.name) + self.text
            case "quiz-settings":
                return _QUIZ.format(self.name).replace("---\n\n", self.text + "---\n") + _QUESTION
            case "glossary":
                return _TITLE.format("Words") + self.text
            case _:
                return self.text


def examples() -> list[Example]:
    """Every example of the guide, in its order; a second one under a heading gets a number."""
    text = GUIDE.read_text(encoding="utf-8")
    found: list[Example] = []
    for block in _BLOCK.finditer(text):
        headings = re.findall(r"^#{2,3} (.+)$", _BLOCK.sub("", text[: block.start()]), re.MULTILINE)
        name = slug(headings[-1])
        again = sum(each.name.startswith(name) for each in found)
        found.append(
            Example(f"{name}-{again + 1}" if again else name, block[1].removesuffix(".md"), block[2])
        )
    return found


def course() -> dict[str, bytes]:
    """The course that a trainer begins with, with every example of the guide in it that is right."""
    bundle = dict(starter.bundle())
    for example in examples():
        if example.kind not in ("wrong", "path"):
            bundle[example.path] = example.file.encode()
        if example.kind == "easy":
            bundle[example.path.replace(".easy.", ".")] = (_TITLE.format(example.name) + "Words.\n").encode()
    return bundle
