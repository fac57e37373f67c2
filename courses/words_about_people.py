"""Advice on words about people: some put a person in one box, and there are better ones.

A trainer can keep a wording on purpose: see “Words about people” in docs/authoring.md.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from itertools import accumulate, groupby
from typing import NamedTuple

from courses.bundle import Bundle
from courses.slurs import TEXTS
from markup import ids
from markup import source as sources
from markup.problems import Problem
from markup.source import Source


class Wording(NamedTuple):
    """What is read, as a pattern with single spaces; what to write, which may take up groups; and why."""

    read: str
    better: str
    why: str


_ALONE = (
    r"(?=[^\S\n]*(?:$|\n(?![^\S\n]*\w)|[.,;:!?…)’”\"'])"
    r"|\s+(?:and|or|but|are|were|is|was|have|had|has|can|could|may|might|must|should|will|would|do|did|need"
    r"|who|to|in|on|at|of|for|from|with|by|as|often|also|live|face|feel|than)\b)"
)
"""After a word for a person that stands without a noun: “the disabled are”, and not “the disabled man”."""

_HARM = (
    r"(?!\s+(?:[\w-]+\s+){0,3}(?:abuse|hate|hatred|hostility|prejudice|discrimination|racism|harassment|bullying"
    r"|crimes?|incidents?|attacks?|violence|injur\w+|shock|loss|it|this|that|them|what)\b)"
)

_ONE_THING = "Nobody is only one thing."
_PITY = "It asks for pity, and guesses how someone feels."
_OUTDATED = "It is an old word that has been used to put people down."
_CAPITAL = "The name of a people has a capital letter."

WORDINGS = (
    Wording(r"the disabled" + _ALONE, "disabled people", _ONE_THING),
    Wording(
        r"the (deaf|autistic|mentally ill|visually impaired|hearing impaired|learning disabled)" + _ALONE,
        r"\1 people",
        _ONE_THING,
    ),
    Wording(r"the blind(?= (?:and|or|are|have|who|can)\b)", "blind people", _ONE_THING),
    Wording(
        r"an? (?:epileptic|schizophrenic|diabetic|dyslexic|autistic|paraplegic)" + _ALONE,
        "a person with …",
        _ONE_THING,
    ),
    Wording(r"(?:the )?elderly|OAPs?", "older people", "It sounds as if all older people were frail."),
    Wording(r"suffer(?:s|ed|ing)? (?:from|with)" + _HARM, "has", _PITY),
    Wording(r"sufferers?", "person with …", _PITY),
    Wording(r"(?:afflicted|stricken) (?:with|by)", "has", _PITY),
    Wording(
        r"confined to (?:(?:a|his|her|their|my|the) )?wheelchairs?|wheelchair[- ]bound",
        "uses a wheelchair",
        "A wheelchair lets someone get about.",
    ),
    Wording(r"able[- ]bodied", "non-disabled", "Many disabled people have able bodies."),
    Wording(r"(?:(?:mentally|physically) )?handicap(?:ped|s)?", "disabled", _OUTDATED),
    Wording(r"(?:mentally|physically) (?:challenged|impaired)", "disabled", _OUTDATED),
    Wording(r"differently[- ]abled", "disabled", "It talks round a word that is not a bad one."),
    Wording(r"deaf[- ](?:and[- ]dumb|mute)", "Deaf", _OUTDATED),
    Wording(r"special needs", "disabled, or what the person needs", "Needs are not special: they are needs."),
    Wording(
        r"(?:go|goes|going|gone|went) (?:mad|mental)", "be furious", "Mental health problems are no insult."
    ),
    Wording(r"mental age", "what support the person needs", "An adult is an adult."),
    Wording(
        r"(?:high|low)[- ]functioning",
        "what support the person needs",
        "It hides what someone needs or can do.",
    ),
    Wording(r"commit(?:s|ted|ting)? suicide", "die by suicide", "It sounds like a crime, and it is none."),
    Wording(
        r"vulnerable (people|persons?|adults?|child(?:ren)?|individuals?|groups?|victims?|women|men)",
        r"\1 at risk",
        "Situations put people at risk; it is not what they are.",
    ),
    Wording(
        r"the (?:most )?vulnerable" + _ALONE,
        "people at risk",
        "Situations put people at risk; it is not what they are.",
    ),
    Wording(r"transgendered", "trans", "It is who someone is, not what was done to them."),
    Wording(r"a transgender" + _ALONE + "|transgenders", "a trans person", _ONE_THING),
    Wording(r"trans-?sexuals?", "a trans person", "Most trans people do not use it of themselves."),
    Wording(
        r"trans(wom[ae]n|m[ae]n|persons?|people)", r"trans \1", "“Trans” describes someone, as “tall” does."
    ),
    Wording(r"sex change", "transition", "It is about the body, which is private."),
    Wording(r"homosexuals?", "gay", "It is a doctors’ word that has been used to put people down."),
    Wording(r"gays", "gay people", _ONE_THING),
    Wording(r"sexual preferences?", "sexual orientation", "It is not a choice."),
    Wording(
        r"(?-i:BA?ME)",
        "which people you mean",
        "It puts many different people together, and most do not know it.",
    ),
    Wording(r"colou?red (people|person|men|man|women|woman|child(?:ren)?)", r"Black \1", _OUTDATED),
    Wording(r"non-?whites?", "which people you mean", "It says what people are not."),
    Wording(r"(?-i:black (people|person|men|man|women|woman|child(?:ren)?))", r"Black \1", _CAPITAL),
    Wording(r"(?-i:gypsy|gypsies)", "Gypsy", _CAPITAL),
    Wording(r"(?-i:roma)", "Roma", _CAPITAL),
)

_READ = tuple(
    (re.compile(rf"(?<![\w-])(?:{each.read})(?!\w)".replace(" ", r"\s+"), re.IGNORECASE), each)
    for each in WORDINGS
)
_UNREAD = re.compile(r"`[^`]*`|(?<=\])\([^()]*\)|https?://\S+|\{\{[^{}]*\}\}|\{#[^{}]*\}|[*_]")
"""What nobody reads aloud: code, addresses, the names of facts and of questions, signs."""

_QUOTE = re.compile(r"\s*>")
_SOURCE = re.compile(r"[\s>]*Source:", re.IGNORECASE)
_FENCE = re.compile(r"\s*(?:```|~~~)")
_HIDDEN = re.compile(r"\[//\]:|\s*(?:id|tags|draw)\s*:", re.IGNORECASE)
_KEPT = re.compile(r"\[//\]: # \(\s*keep:\s*([^.)]+)", re.IGNORECASE)


def about_people(bundle: Bundle, allowed: Collection[str] = ()) -> Iterator[Problem]:
    """A warning for each line with a wording about people that has a better one.

    `allowed` are an area's own exceptions. Quoted definitions with their source, code, addresses, glossary
    headwords, what stands between quotation marks by itself, and texts not in English are left alone.
    """
    for path in sorted(bundle):
        if _in_english(path):
            source, _ = sources.read(path, bundle[path])
            if source is not None:
                yield from _in_text(source, {_plain(words) for words in (*allowed, *_kept(source))})


def _in_english(path: str) -> bool:
    version = ids.parted(path.rpartition("/")[2])[1] if path.endswith(".md") else ""
    return path.casefold().endswith(TEXTS) and version in ("", "easy")


def _in_text(source: Source, kept: Collection[str]) -> Iterator[Problem]:
    lines = tuple(_as_read(source))
    text, ends = "\n".join(lines), tuple(accumulate(len(line) + 1 for line in lines))
    told = set()
    for pattern, wording in _READ:
        for found in pattern.finditer(text):
            line, words = bisect_right(ends, found.start()) + 1, " ".join(found[0].split())
            if (line, words) not in told and _plain(words) not in kept and not _mentioned(text, found):
                told.add((line, words))
                message = f"“{words}” is better said in other words."
                mend = f"Write “{found.expand(wording.better)}”. {wording.why}"
                yield source.problem(line, message, mend, "warning")


def _mentioned(text: str, found: re.Match[str]) -> bool:
    """Whether the words stand between quotation marks by themselves: then they are spoken about, not used."""
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    return bool(before and after) and before in "“‘\"'" and after in "”’\"'"


def _kept(source: Source) -> Iterator[str]:
    """What notes in a file say to keep: `[//]: # (keep: special needs. It is the name of the class.)`."""
    for line in source.lines:
        if note := _KEPT.match(line):
            yield from note[1].split(",")


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())


def _as_read(source: Source) -> Iterator[str]:
    """Each line as it is read aloud; an empty one for a line that nobody reads, or that others wrote."""
    glossary, fenced = source.path == "glossary.md", False
    for quoted, run in groupby(source.lines, key=lambda line: bool(_QUOTE.match(line))):
        lines = list(run)
        official = quoted and any(map(_SOURCE.match, lines))
        for line in lines:
            fence = bool(_FENCE.match(line))
            fenced ^= fence
            unread = official or fence or fenced or _HIDDEN.match(line) or (glossary and line.startswith("#"))
            yield "" if unread else _UNREAD.sub("", line)
