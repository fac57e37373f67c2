"""The trainer's folder: begun, checked, previewed, compared, published, gone back on and taken out again."""

import datetime
import json
import re
import socket
import statistics
import threading
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from courses import starter
from lms import cli, preview
from lms.cli import folders
from lms.models.award import today
from lms.preview import Preview
from tests.page_checks import CheckingClient


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs an `alongside courses` command beside an installation of its own, in an empty folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path / "instance"))

    def run_command(*arguments: str, answer: str = "") -> Result:
        return CliRunner().invoke(cli.main, ["courses", *arguments], input=answer)

    return run_command


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    assert result.exception is None
    return result.output


def refused(result: Result) -> str:
    """What a command says that did nothing: a sentence, never a traceback."""
    assert result.exit_code != 0 and isinstance(result.exception, SystemExit), result.output
    return result.output


def change(path: str, old: str, new: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), encoding="utf-8")


def test_from_new_to_published(run) -> None:
    """A new folder checks clean and can be published as it is; twice is once."""
    assert "alongside courses preview mine" in done(run("new", "mine"))
    assert done(run("check", "mine")) == "No problems found.\n"
    assert "No course is live yet" in done(run("list"))
    assert "Published: " in done(run("publish", "mine", "--note", "First words"))
    assert "nothing changed" in done(run("publish", "mine"))
    assert "mine: A first course to change (revision 1, live since" in done(run("list"))
    assert "First words" in done(run("revisions", "mine"))


def test_new_never_writes_over_anything(run) -> None:
    """A folder with something in it is left as it was; an empty one may be used."""
    Path("mine").mkdir()
    done(run("new", "mine"))
    change("mine/course.md", "A first course", "My words")
    assert "not an empty folder" in refused(run("new", "mine"))
    assert "My words" in Path("mine/course.md").read_text(encoding="utf-8")


def test_what_is_wrong_is_told_alike_to_people_and_programs(run) -> None:
    """Every problem with its file, line, the line itself and the mend; the same in JSON; exit status 1."""
    done(run("new", "mine"))
    change("mine/01-begin/01-words.md", "{{emergency number}}", "{{emergancy number}}")
    change("mine/01-begin/01-words.md", "title: Words", "titel: Words")
    told = run("check", "mine")
    assert told.exit_code == 1 and told.output.splitlines()[-1] == "3 errors, 0 warnings."
    assert "01-begin/01-words.md, line 2: “titel:” is not a setting" in told.output
    assert "Did you mean “title:”?" in told.output and "Did you mean {{emergency number}}?" in told.output
    problems = json.loads(run("check", "mine", "--json").output)["problems"]
    assert [problem["line"] for problem in problems] == sorted(problem["line"] for problem in problems)
    for problem in problems:
        assert problem["message"] in told.output and problem["mend"] in told.output


def test_how_hard_each_lesson_reads(run) -> None:
    """Asked, check tells each lesson’s reading age and hardest sentence and the median; the same in JSON."""
    done(run("new", "mine"))
    told = done(run("check", "mine", "--reading"))
    assert re.search(r"01-begin/01-words.md: age \d+\n +\d+ \|  \w", told) and "No problems found." in told
    middle = re.search(r"Reading age of (\d+) lessons in standard words: ([\d.]+) \(the median\)", told)
    found = json.loads(done(run("check", "mine", "--reading", "--json")))
    ages = [each["age"] for each in found["reading"] if each["version"] == "standard"]
    assert middle and (int(middle[1]), float(middle[2])) == (len(ages), statistics.median(ages))
    assert all(each["hardest"] in told for each in found["reading"]) and found["problems"] == []
    assert "Reading age" not in done(run("check", "mine"))


def test_ids_are_written_into_the_files(run) -> None:
    """Each question gets its id in its file, once; a zip is left alone."""
    done(run("new", "mine"))
    change("mine/01-begin/01-words.md", " {#danny}", "")
    assert "01-begin/01-words.md" in done(run("check", "mine", "--write-ids"))
    assert "What do you do first? {#danny-tells-you-this" in Path("mine/01-begin/01-words.md").read_text(
        "utf-8"
    )
    assert "Every question has its id." in done(run("check", "mine", "--write-ids"))
    assert json.loads(done(run("check", "mine", "--write-ids", "--json"))) == {"problems": []}
    done(run("publish", "mine"))
    done(run("export", "mine", "mine.zip"))
    assert "Unpack it first" in refused(run("check", "mine.zip", "--write-ids"))


@pytest.mark.parametrize("target", ["copy", "copy.zip"])
def test_what_is_taken_out_is_what_went_in(run, target: str) -> None:
    """A course taken out into a folder or a zip is, file by file, what was published, and checks the same."""
    done(run("new", "mine"))
    done(run("publish", "mine"))
    assert f"Wrote 15 files to {target}" in done(run("export", "mine", target))
    if target.endswith(".zip"):
        with zipfile.ZipFile(target) as zipped:
            assert {
                name.partition("/")[2]: zipped.read(name) for name in zipped.namelist()
            } == starter.bundle()
    assert done(run("diff", "mine", target)) == "Nothing differs.\n"
    assert done(run("check", target)) == "No problems found.\n"
    assert "already" in refused(run("export", "mine", target)) or target == "copy"
    assert refused(run("export", "mine", target))


def test_a_zip_can_be_published(run) -> None:
    """A course travels as a zip: its name is that of the zip, unless course.md gives its id."""
    done(run("new", "mine"))
    change("mine/course.md", "title:", "id: Our course\ntitle:")
    done(run("publish", "mine"))
    done(run("export", "our-course", "elsewhere.zip"))
    assert "/courses/our-course" in done(run("publish", "elsewhere.zip"))
    Path("broken.zip").write_bytes(b"PK\x03\x04 no")
    assert "no zip, or a damaged one" in refused(run("publish", "broken.zip"))
    assert "there is no folder, zip or file nowhere" in refused(run("publish", "nowhere"))


def test_what_differs_and_going_back(run) -> None:
    """What publishing would change is shown line by line; an earlier revision can be made live again."""
    done(run("new", "mine"))
    done(run("publish", "mine"))
    change("mine/course.md", "Welcome.", "Hello.")
    Path("mine/01-begin/03-more.md").write_text("---\ntitle: More\n---\n\nMore words.\n", encoding="utf-8")
    told = done(run("diff", "mine"))
    assert "course.md: changed" in told and "+Hello. This course" in told and "-Welcome. This course" in told
    assert "01-begin/03-more.md: new" in told and "2 files differ." in told
    done(run("publish", "mine", "--note", "Friendlier"))
    assert done(run("diff", "mine@1", "mine@2")) == told
    assert "No course mine@7" in refused(run("diff", "mine@7", "mine"))
    assert "revision 2" in done(run("revisions", "mine")).splitlines()[0]
    assert "Aborted" in refused(run("rollback", "mine", "1", answer="n\n"))
    assert "Revision 1 of mine is live" in done(
        run("rollback", "mine", "1", "--yes", "--note", "Too friendly")
    )
    assert "live already" in done(run("rollback", "mine", "1"))
    assert "has no revision 9" in refused(run("rollback", "mine", "9"))
    assert "There is no course yours" in refused(run("revisions", "yours"))
    assert "2 files differ." in done(run("diff", "mine"))


def test_a_preview_shows_a_folder_as_it_stands(tmp_path: Path) -> None:
    """Saving shows at once, with what is wrong on top of every page, and the course as far as it goes."""
    folder = tmp_path / "mine"
    for path, data in starter.bundle().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    held = Preview(folder, "mine")
    (tmp_path / "place").mkdir()
    app = preview.create(held, tmp_path / "place", 8100)
    client = app.test_client()
    assert isinstance(client, CheckingClient) is False
    page = client.get("/courses/mine/lessons/words").text
    assert "No problems found" in page and ">Words</h1>" in page
    easy = client.get("/courses/mine/lessons/words?version=easy").text
    assert "Each line has a picture" in easy

    waiting = threading.Thread(
        target=lambda: answers.append(client.get(f"/preview/news?edition={held.edition}"))
    )
    answers: list = []
    waiting.start()
    time.sleep(0.2)
    lesson = folder / "01-begin/01-words.md"
    lesson.write_text(
        lesson.read_text("utf-8").replace("title: Words", "title: Wörter\ntitel: x"), encoding="utf-8"
    )
    with app.app_context():
        assert held.look() and not held.look()
    waiting.join(5)
    assert answers[0].status_code == 205
    page = client.get("/courses/mine/lessons/words").text
    assert ">Wörter</h1>" in page and "1 to mend before you can publish" in page
    assert "01-begin/01-words.md, line 3" in page and "titel: x" in page

    (folder / "course.md").rename(folder / "course.txt")
    with app.app_context():
        held.look()
    page = client.get("/courses/mine/lessons/words").text
    assert "There is no course.md here." in page and ">Wörter</h1>" in page, "what was last read still shows"

    (folder / "link.md").symlink_to("/etc/hosts")
    with app.app_context():
        held.look()
    assert "link to a file elsewhere" in client.get("/courses/mine").text


def test_a_preview_of_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    """Nothing to show is no error page: the home page says what is missing."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "place").mkdir()
    client = preview.create(Preview(tmp_path / "mine", "mine"), tmp_path / "place", 8100).test_client()
    assert "There is no course.md here." in client.get("/").text
    assert "There is no course.md here." in client.get("/courses/mine").text


def test_only_a_preview_has_the_preview_pages(client: CheckingClient) -> None:
    """An installation that serves learners has no such address and says nothing of previews."""
    assert client.get("/preview/news").status_code == 404
    assert "preview" not in client.get("/").text.casefold()


def test_a_path_is_checked_published_and_taken_out(run) -> None:
    """A learning path is one file: checked, published under its own address, listed, and taken out again."""
    done(run("new", "mine"))
    done(run("publish", "mine"))
    text = "---\nkind: path\ntitle: Ambassador\nsummary: One course.\ncourses:\n  - mine\n---\n\nWelcome.\n"
    Path("ambassador.md").write_text(text, encoding="utf-8")
    assert done(run("check", "ambassador.md")) == "No problems found.\n"
    assert "/paths/ambassador" in done(run("publish", "ambassador.md"))
    assert "ambassador: Ambassador (revision 2" in done(run("list"))
    done(run("export", "ambassador", "out"))
    assert Path("out/ambassador.md").read_text(encoding="utf-8") == text
    assert done(run("diff", "ambassador.md")) == "Nothing differs.\n"
    change("ambassador.md", "- mine", "- mind")
    assert "Did you mean mine?" in refused(run("publish", "ambassador.md"))


def test_checking_asks_the_installation_that_is_here(run, tmp_path: Path) -> None:
    """A fact that only this installation has is known; where there is no installation, none is made by looking."""
    done(run("new", "mine"))
    change("mine/course.md", "Welcome.", "Welcome to {{town hall}}.")
    assert "no fact called “town hall”" in run("check", "mine").output
    assert not (tmp_path / "instance").exists()
    again = today() + datetime.timedelta(days=100)
    dates = ("--checked", f"{today()}", "--review-by", f"{again}", "--source", "the door")
    set_fact = CliRunner().invoke(cli.main, ["facts", "set", "town hall", "the Guildhall", "--new", *dates])
    assert set_fact.exit_code == 0, set_fact.output
    assert done(run("check", "mine")) == "No problems found.\n"
    (tmp_path / "instance" / "alongside.db").write_bytes(b"")
    assert "no fact called “town hall”" in run("check", "mine").output


FACTS = """---
kind: facts
title: {name}
area: {slug}
---

## police name
Value: {name} Police
Source: the force's own page
Checked: {checked}
Review by: {again}
"""


def test_a_preview_is_shown_as_any_area(run, tmp_path: Path) -> None:
    """The areas of the installation that is here, and of files given, can be chosen on the page one is on."""
    done(run("new", "mine"))
    again = today() + datetime.timedelta(days=100)
    for slug, name in (("avon", "Avon"), ("severn", "Severn")):
        text = FACTS.format(slug=slug, name=name, checked=today(), again=again)
        Path(f"{slug}.md").write_text(text, encoding="utf-8")
    added = CliRunner().invoke(cli.main, ["areas", "add", "avon", "Avon"])
    loaded = CliRunner().invoke(cli.main, ["facts", "load", "avon.md"])
    assert (added.exit_code, loaded.exit_code) == (0, 0), added.output + loaded.output
    local = folders.local_facts((Path("severn.md"),))
    assert [set(each.areas) for each in local] == [{"avon"}, {"severn"}]
    client = preview.create(Preview(Path("mine"), "mine"), tmp_path, 8100, local).test_client()
    lesson = "/courses/mine/lessons/pictures"
    assert "Avon Police" in client.get(lesson).text and "See it as:" in client.get(lesson).text
    back = client.get(
        "/preview/areas/severn", headers={"Referer": f"http://localhost{lesson}?version=standard"}
    )
    assert back.location == lesson
    assert "Severn Police" in client.get(lesson).text
    assert client.get("/preview/areas/nowhere").status_code == 404
    assert (
        client.get("/preview/areas/avon", headers={"Referer": "https://elsewhere.example/x"}).location == "/x"
    )


def test_a_twin_that_was_forgotten_is_told_until_it_is_changed_or_published(run) -> None:
    """A lesson that changed since it was published, without its Easy Read version, draws a warning, no more."""
    done(run("new", "mine"))
    done(run("publish", "mine"))
    change("mine/01-begin/01-words.md", "A lesson is plain text.", "A lesson is only text.")
    told = done(run("check", "mine"))
    assert "01-begin/01-words.easy.md: warning: 01-begin/01-words.md has changed since" in told
    assert "0 errors, 1 warning." in told
    assert "1 warning" in done(run("publish", "mine"))
    assert done(run("check", "mine")) == "No problems found.\n"


def test_an_area_adds_to_the_words_that_are_not_spelled_out(run) -> None:
    """A word that an area refuses stops publishing; one that it allows does not."""
    done(run("new", "mine"))
    done(run("publish", "mine"))
    change("mine/course.md", "Welcome.", "Welcome, blorps.")
    dates = (
        "--checked",
        f"{today()}",
        "--review-by",
        f"{today() + datetime.timedelta(days=90)}",
        "--source",
        "us",
    )

    def set_words(name: str) -> None:
        result = CliRunner().invoke(cli.main, ["facts", "set", name, "blorp", "--as", "list", *dates])
        assert result.exit_code == 0, result.output

    assert done(run("check", "mine")) == "No problems found.\n"
    set_words("words not spelled out")
    told = run("publish", "mine")
    assert told.exit_code == 1 and "course.md, line 13: A slur is spelled out here: 6 letters" in told.output
    set_words("words that may stand")
    assert "Published" in done(run("publish", "mine"))


def test_a_path_never_takes_the_place_of_a_course(run) -> None:
    """A path and a course cannot have one name, whichever comes first; what is live stays."""
    done(run("new", "mine"))
    done(run("publish", "mine"))
    Path("mine.md").write_text(
        "---\nkind: path\ntitle: P\nsummary: S\ncourses:\n  - mine\n---\n\nWelcome.\n", encoding="utf-8"
    )
    assert "There is a course called mine already" in refused(run("publish", "mine.md"))
    assert "A first course to change" in done(run("list"))
    Path("mine.md").rename("way.md")
    done(run("publish", "way.md"))
    done(run("new", "way"))
    assert "There is a learning path called way already" in refused(run("publish", "way"))


def test_another_course_of_the_same_name_is_asked_about(run) -> None:
    """A folder that shares no file with what is live takes its place only when that is meant."""
    done(run("new", "mine"))
    done(run("publish", "mine"))
    Path("Mine ").mkdir()
    Path("Mine /course.md").write_text("---\ntitle: T\nsummary: S\n---\n", encoding="utf-8")
    Path("Mine /01-other.md").write_text("---\ntitle: Other\n---\n\nWords.\n", encoding="utf-8")
    assert "looks like another course" in refused(run("publish", "Mine ", answer="n\n"))
    assert "A first course to change" in done(run("list"))
    assert "Published: /courses/mine" in done(run("publish", "Mine ", "--yes"))


def test_a_lesson_that_got_another_name_is_told(run) -> None:
    """Learners would lose their place: the warning says which line keeps it, and that line does."""
    done(run("new", "mine"))
    done(run("publish", "mine"))
    Path("mine/01-begin/02-pictures.md").rename("mine/01-begin/02-films.md")
    change("mine/01-begin/01-words.md", "02-pictures.md", "02-films.md")
    told = done(run("check", "mine"))
    assert "“Pictures, films and local facts” is live, and would be gone" in told
    change("mine/01-begin/02-films.md", "title: Pictures", "id: pictures\ntitle: Pictures")
    assert "would be gone" not in done(run("check", "mine"))


def test_a_course_is_taken_off_the_site_and_put_back(run) -> None:
    """Withdrawing asks first, is noted, and can be undone."""
    done(run("new", "mine"))
    done(run("publish", "mine"))
    assert "Aborted" in refused(run("withdraw", "mine", answer="n\n"))
    assert "off the site" in done(run("withdraw", "mine", "--yes", "--note", "Out of date"))
    assert "No course is live" in done(run("list"))
    assert "Withdrawn. Out of date" in done(run("revisions", "mine"))
    assert "not on the site" in done(run("withdraw", "mine", "--yes"))
    assert "not live yet" in done(run("diff", "mine"))
    done(run("rollback", "mine", "1", "--yes"))
    assert "A first course to change" in done(run("list"))
    assert "There is no course yours" in refused(run("withdraw", "yours"))


def test_a_zip_that_was_renamed_is_still_the_same_course(run) -> None:
    """The folder inside a zip gives the course its name, not what a browser called the download."""
    done(run("new", "mine"))
    done(run("publish", "mine"))
    done(run("export", "mine", "mine.zip"))
    Path("mine.zip").rename("mine (1).zip")
    assert "nothing changed: /courses/mine" in done(run("publish", "mine (1).zip"))
    assert done(run("diff", "mine (1).zip")) == "Nothing differs.\n"


def test_where_a_course_was_published_is_said(run, tmp_path: Path) -> None:
    """Someone in another folder sees that a new, empty Alongside began there."""
    done(run("new", "mine"))
    told = done(run("publish", "mine"))
    assert (
        "There is no Alongside here yet, so a new one begins in" in told
        and str(tmp_path / "instance") in told
    )
    assert "no Alongside here" not in done(run("list"))


def test_one_file_of_a_course_is_not_a_course(run) -> None:
    """Naming a file inside the folder says to name the folder."""
    done(run("new", "mine"))
    assert "Name the folder that it is in" in refused(run("check", "mine/course.md"))


def test_a_preview_on_a_port_in_use_says_how_to_choose_another(run) -> None:
    """The advice is the one for this command."""
    done(run("new", "mine"))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        assert "--port" in refused(run("preview", "mine", "--port", str(held.getsockname()[1])))
