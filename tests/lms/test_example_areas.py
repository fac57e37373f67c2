"""The example areas: the shipped course reads right in each, and nothing of them shows before it is asked for."""

import datetime
import html
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from courses.course import Course
from courses.fact_checks import is_stale
from courses.library import OPTIONAL, examples, facts, facts_of
from courses.mentions import mentions
from lms import cli
from lms.cli.folders import local_facts
from lms.db import db
from lms.library import live_course
from lms.models import Area, FactVersion
from markup.facts import Fact, FactGap, Part, Prose, WhenFact
from tests.lms import small_course
from tests.lms.test_learning import SLUG
from tests.page_checks import CheckingClient

Run = Callable[..., Result]
AREAS = ("essex", "trafford", "warwickshire", "west-northamptonshire", "wigan")
FIVE = ["disability", "race", "religion", "sexual orientation", "transgender identity"]
each_area = pytest.mark.parametrize("area", AREAS)
WITH_A_SIXTH = ("trafford", "warwickshire", "wigan")

SLIPS = re.compile(r"\{\{|\}\}|:::|\( *\)| [.,;:]|(?<!\.)\.\.(?!\.)|[,;:]\.|  ", re.MULTILINE)
"""What is left where a fact, or the words around it, went missing."""

ALL_OPTIONAL = "---\ntitle: All\n---\n\n" + "".join(
    f"::: if {name}\nHere it is: {{{{{name}}}}}.\n:::\n\n::: if no {name}\nThere is no {name} here.\n:::\n\n"
    for name in sorted(OPTIONAL)
)


@pytest.fixture
def run(database_url: str, fonts_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `alongside` with some words after it."""
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", database_url)
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(fonts_folder))

    def run(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(cli.main, words)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def all_five(app: Flask) -> None:
    """An installation with the five areas."""
    with app.app_context():
        for slug, example in examples().items():
            Area.keep(slug, example.name, default=False)
            for fact in example.facts:
                FactVersion.keep(slug, fact)
        db.session.commit()


def facts_in(area: str) -> dict[str, Fact]:
    """What is known in an area, of its own or because it ships."""
    own = {fact.name: fact for fact in examples()[area].facts}
    return {**facts(), **facts_of(area), **own}


def shipped_course(app: Flask) -> Course:
    with app.app_context():
        found = live_course(SLUG)
        assert found
        return found[0]


def words(page: str) -> str:
    """What a reader sees of a page’s main part, a line for each paragraph."""
    main = page.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    inline = re.sub(r"</?(?:a|b|i|em|strong|bdi|span|code)\b[^>]*>", "", main)
    lines = re.sub(r"<[^>]+>", "\n", " ".join(inline.split())).splitlines()
    return "\n".join(html.unescape(line).strip() for line in lines if line.strip())


def gaps(parts: Iterable[Part], known: Iterable[str]) -> Iterator[str]:
    """The facts that these parts show where `known` are known."""
    for part in parts:
        if isinstance(part, FactGap):
            yield part.name
        elif isinstance(part, WhenFact) and (part.name in known) == part.there:
            yield from gaps(part.parts, known)


@each_area
@pytest.mark.usefixtures("all_five")
def test_every_lesson_reads_right(client: CheckingClient, app: Flask, area: str) -> None:
    """In both versions: no gap is left, each fact that belongs there is there, and no article or sign stands alone."""
    client.get(f"/a/{area}")
    known = facts_in(area)
    for lesson in shipped_course(app).lessons:
        for version, text in lesson.versions.items():
            said = words(client.get(f"/courses/{SLUG}/lessons/{lesson.id}?version={version}").text)
            parts = [part for block in text.blocks if isinstance(block, Prose) for part in block.parts]
            for name in gaps(parts, known):
                shown = known[name].words or known[name].value[0]
                assert shown in said, (text.path, name)
                assert not re.search(rf"\ban? {re.escape(shown)}", said), (text.path, name)
            assert not [name for name in (*known, *OPTIONAL) if f"[{name}]" in said], text.path
            assert not SLIPS.search(said), text.path


@pytest.mark.slow
@pytest.mark.usefixtures("all_five")
def test_every_lesson_but_for_what_is_local_is_the_same(client: CheckingClient, app: Flask) -> None:
    """No area’s police, partnership, slogan or kind of centre shows in another area."""
    told = {
        area: {fact.value[0] for fact in examples()[area].facts if fact.name != "strands"} for area in AREAS
    }
    for area in AREAS:
        client.get(f"/a/{area}")
        others = (
            set().union(*told.values()) - told[area] - {"Hate Crime Partnership"}
        )  # a longer name holds it
        pages = [
            client.get(f"/courses/{SLUG}/lessons/{lesson.id}").text for lesson in shipped_course(app).lessons
        ]
        pages += [client.get(page).text for page in ("/help", f"/courses/{SLUG}")]
        assert not [other for other in others for page in pages if other in words(page)]


@each_area
@pytest.mark.usefixtures("all_five")
def test_the_strands_of_an_area(client: CheckingClient, app: Flask, area: str) -> None:
    """Wherever a lesson lists the strands, there are six where the police were said to record a sixth, else five."""
    client.get(f"/a/{area}")
    wanted = [*FIVE, "alternative subcultures"] if area in WITH_A_SIXTH else FIVE
    pages = {mention.path for mention in mentions(shipped_course(app)) if mention.fact == "strands"}
    lists = 0
    for lesson in shipped_course(app).lessons:
        if lesson.versions["standard"].path in pages:
            page = client.get(f"/courses/{SLUG}/lessons/{lesson.id}?version=standard").text
            found = [
                re.findall("<li>(.*?)</li>", each) for each in re.findall("<ul>(.*?)</ul>", page, re.DOTALL)
            ]
            lists += sum(items == wanted for items in found)
            assert not [items for items in found if items[:1] == wanted[:1] and items != wanted]
    assert lists


@each_area
@pytest.mark.usefixtures("all_five")
def test_what_depends_on_a_fact_shows_or_not(client: CheckingClient, app: Flask, area: str) -> None:
    """A course can ask for each optional fact: its words show where an area has it, the others where it has not."""
    small_course.publish(app, small_course.bundle(**{"01-lesson.md": ALL_OPTIONAL}))
    client.get(f"/a/{area}")
    said = words(client.get(f"/courses/{small_course.SLUG}/lessons/lesson").text)
    known = facts_in(area)
    for name in OPTIONAL:
        if name in known:
            assert f"Here it is: {known[name].value[0]}." in said and f"no {name} here" not in said
        else:
            assert f"There is no {name} here." in said


def test_the_five() -> None:
    """They are the five of the pages we were given, each with its police and under its own name."""
    assert tuple(examples()) == AREAS
    assert all("police name" in {fact.name for fact in example.facts} for example in examples().values())
    assert all(fact.area == slug for slug, example in examples().items() for fact in example.facts)
    assert examples()["west-northamptonshire"].name == "West Northamptonshire"


@each_area
def test_every_example_says_what_it_is(area: str) -> None:
    """Each fact says that it is an example to be checked, and was overdue long before it shipped."""
    for fact in examples()[area].facts:
        assert fact.source.startswith("an example") and "to be checked" in fact.source
        assert is_stale(fact, datetime.date(2026, 11, 21))


@each_area
def test_no_example_sends_anyone_anywhere(area: str) -> None:
    """No example holds a number, an address or a place to go to: an old one could send someone to a closed door."""
    for fact in examples()[area].facts:
        assert fact.shown_as in ("text", "list") and not re.search(
            r"\d|https?:|www|\.uk|\.com|@", "".join(fact.value)
        )
        assert fact.name not in (
            "centre name",
            "centre number",
            "centre address",
            "centre times",
            "local report address",
        )


def test_nothing_shows_unasked(app: Flask, client: CheckingClient) -> None:
    """Without areas nothing of an example is known, on no page and in no list."""
    for area in AREAS:
        assert client.get(f"/a/{area}").status_code == 404
        assert not facts_of(area)
    assert not {fact for example in examples().values() for fact in example.facts} & set(facts().values())


def test_listing_the_examples(run: Run) -> None:
    """They are listed with how to add one."""
    said = run("areas", "examples").output
    assert "wigan: Wigan, 3 facts from old pages" in said and "areas add essex --example" in said
    assert "no areas yet" in run("areas", "list").output


def test_adding_an_example(run: Run) -> None:
    """One command adds the area with its facts, says in words that they are old, and `facts stale` lists them all."""
    said = run("areas", "add", "essex", "--example").output
    assert "The area essex, “Essex”, is added" in said and "nobody has checked" in said
    assert "centre kind: Hate Incident Reporting Centre (HIRC) (of 2015)" in said and "facts stale" in said
    assert (
        "essex: Essex, 5 own facts (5 of them from an example, not checked), the default"
        in run("areas", "list").output
    )
    stale = run("facts", "stale", code=1).output
    assert all(
        f"{fact.name}: {', '.join(fact.value)}\n  essex; checked 2015" in stale
        for fact in examples()["essex"].facts
    )
    listed = run("facts", "list", "--area", "essex").output
    assert "STALE since 2015-07-01\n  source: an example from an old page, to be checked" in listed


@pytest.mark.slow
def test_checking_a_fact_of_an_example(run: Run) -> None:
    """A fact that was checked is no longer listed as stale; the others still are."""
    run("areas", "add", "wigan", "Our borough", "--example")
    days = ("--checked", "2026-11-20", "--review-by", "2027-05-20")
    run(
        "facts",
        "set",
        "police name",
        "Greater Manchester Police",
        "--area",
        "wigan",
        "--source",
        "gmp.police.uk",
        *days,
    )
    stale = run("facts", "stale", code=1).output
    assert "police name" not in stale and "strands: " in stale
    assert (
        "wigan: Our borough, 3 own facts (2 of them from an example, not checked)"
        in run("areas", "list").output
    )


@pytest.mark.slow
def test_an_example_takes_nothing_away(run: Run) -> None:
    """An area with facts of its own keeps them: an example of the same name is refused, and changes nothing."""
    run("areas", "add", "essex", "Our Essex")
    days = ("--checked", "2026-11-20", "--review-by", "2027-05-20")
    run("facts", "set", "police name", "Our police", "--area", "essex", "--source", "seen", *days)
    said = run("areas", "add", "essex", "--example", code=1).output
    assert "Our Essex has facts of its own" in said
    assert "essex: Our Essex, 1 own fact," in run("areas", "list").output
    assert "police name: Our police" in run("facts", "list", "--area", "essex").output


def test_an_example_for_an_area_without_facts(run: Run) -> None:
    """An area that was added by hand and has no facts yet can take those of the example."""
    run("areas", "add", "trafford", "Trafford")
    assert "5 own facts" in (run("areas", "add", "trafford", "--example") and run("areas", "list").output)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("areas", "add", "wigam", "--example"), "There is no example wigam. The examples are: essex,"),
        (("areas", "add", "wigan"), "An area needs a name"),
    ],
)
def test_slips(run: Run, typed: tuple[str, ...], told: str) -> None:
    """An unknown example, or an area without a name, is refused with what to do, and nothing is added."""
    assert told in run(*typed, code=1).output
    assert "no areas yet" in run("areas", "list").output


def test_a_preview_names_the_examples(run: Run) -> None:
    """The command that previews says which examples there are, and refuses another."""
    said = run("courses", "preview", ".", "--example", "nowhere", code=2).output
    assert all(area in said for area in AREAS)


def test_a_preview_as_an_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trainer sees a course as an example area has it, without adding that to any installation."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path / "none"))
    assert local_facts(()) == []
    [local] = local_facts((), ("warwickshire",))
    assert local.areas == {"warwickshire": "Warwickshire"}
    assert "Safe Places" in {fact.value[0] for fact in local.facts}
