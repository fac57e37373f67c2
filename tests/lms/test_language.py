"""The language of the interface: nothing left untranslated, right to left as a whole, dates and numbers by locale."""

import datetime
import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
from babel.support import Translations
from flask import Flask, render_template, request
from jinja2 import DictLoader
from sqlalchemy import update

from certificates.pdf import NameCannotBeSet, Printer
from certificates.wording import ENGLISH, Wording
from courses.settings import AUDIENCES
from lms import language, outbox, printing, publishing
from lms.app import create_app
from lms.db import db
from lms.facts import facts
from lms.lti import members
from lms.lti.members import Member, Members, Why
from lms.models import Award, Delivery, FactVersion, User
from lms.pages import filters
from lms.passwords import Cost
from markup.facts import Fact
from tests import messages, pseudo
from tests.conftest import Database, settings_for
from tests.lms.people import EMAIL, PASSWORD, account, another, link, mails, sign_in
from tests.lms.test_forms import come_back_code
from tests.lms.test_learning import (
    COURSE,
    SLUG,
    answer_all,
    begin,
    get_award,
    pass_course,
    read_lessons,
    start_quiz,
)
from tests.lti import teaching
from tests.lti.states import refusals
from tests.lti.states import states as launched
from tests.lti.teaching import asked
from tests.page_checks import CheckingClient

GREEK = {
    "course.md": "---\ntitle: Μάθημα\nsummary: Λόγια.\nlanguage: el\naudience: staff\ncertificate: yes\nminutes: 20\n"
    "content note: Προσοχή.\n---\n\nΚαλημέρα.\n",
    "glossary.md": "---\nkind: glossary\ntitle: Λέξεις\n---\n\n## Φίλος {#f}\n\nΛέξη.\n",
    "01-a/module.md": "---\ntitle: Ενότητα\n---\n",
    "01-a/01-lesson.md": "---\ntitle: Πρώτο\nminutes: 1\ncontent note: Προσοχή.\n---\n\nΛόγια.\n\n"
    "::: check\n## Ποιο; {#q}\n\n- (x) Σωστό\n  > Ναι.\n- ( ) Λάθος\n  > Όχι.\n:::\n",
    "01-a/01-lesson.easy.md": "---\ntitle: Εύκολο\n---\n\nΛόγια.\n",
    "01-a/02-final.md": "---\nkind: quiz\ntitle: Κουίζ\npass mark: 100%\ntime limit: 20 minutes\n"
    "attempts: 5\nshow answers: after submitting\n---\n\n"
    + "".join(
        f"## Ερώτηση {n}; {{#q{n}}}\n\n- (x) Σωστό {n}\n  > Ναι.\n- ( ) Λάθος {n}\n  > Όχι.\n\n"
        for n in (1, 2, 3)
    ),
}
NOT_WALKED = {
    *(
        "areas.follow",
        "areas.index",
        "paths.show",
        "awards.new_for_path",
    ),  # not there without areas and paths
    *(
        "awards.pdf",
        "my_data.download",
        "files.asset",
        "files.media_file",
        "healthz.show",
        "static",
    ),  # no pages
    *("launches.login_by_address", "launches.key_set"),  # another way to ask what is walked; no page
    "files.icon",
    "registrations.show",  # for administrators, in English
    *("exits.leave", "exits.left"),  # no words of ours; what is left says little on purpose
}
"""What is not walked through in a pseudo-language, and why. A new page fails the test until it is walked."""

FOR_ADMINISTRATORS = (
    "/audit",
    *(f"/platforms{path}" for path in ("", "/new", "/1", "/1/change", "/1/removal", "/launches", "/grades")),
)

OURS = {"Alongside", "English", "alongside-display", "alongside", "alongside-framed", "__Host-launch-…"}
"""Names that are the same in every language."""


@pytest.fixture
def translations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the pseudo-languages, in place of the one that ships."""
    pseudo.write(tmp_path, messages.gathered())
    monkeypatch.setattr(language, "TRANSLATIONS", tmp_path)
    return tmp_path


@pytest.fixture
def spoken(translations: Path, sqlite: Database, fonts_folder: Path) -> Iterator[Flask]:
    """An application that offers the pseudo-languages and teaches in Greek: no word of it is Latin."""
    settings = settings_for(sqlite.copy(), fonts_folder)
    app = create_app(replace(settings, organisation="Φορέας", contact="α@β"))
    app.test_client_class = CheckingClient
    app.config["ARGON2"] = Cost(time_cost=1, memory_cost=8, parallelism=1)
    with app.app_context():
        published = publishing.publish({path: text.encode() for path, text in GREEK.items()}, SLUG)
        assert published.revision, [str(problem) for problem in published.problems]
        db.session.commit()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def speaker(app: Flask, language: str) -> CheckingClient:
    """A browser whose pages speak that language."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.set_cookie("alongside-display", f"language={language}")
    return client


class _Said(HTMLParser):
    """What a page says, codes apart: all its text in one piece, and each attribute that is read out or shown."""

    SPOKEN = re.compile(
        r"aria-label|title|alt|placeholder|data-(?!page|served|left|way|storage|frame|keeper|key|value)\w[\w-]*"
    )

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = [""]
        self.code = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.code = tag == "bdi" and attributes == [("dir", "ltr")]
        self.text += [value for name, value in attributes if value and self.SPOKEN.fullmatch(name)]
        self.text.append("")

    def handle_data(self, data: str) -> None:
        self.text[0] += "" if self.code else data
        self.code = False


def untranslated(page: str, names: set[str]) -> set[str]:
    """Latin words on a page outside the brackets of a pseudo-language, but for names that stay."""
    reader = _Said()
    reader.feed(page)
    left = set()
    for said in reader.text:
        text, before = said, ""
        while text != before:
            text, before = re.sub(r"⟦[^⟦⟧]*⟧", " ", text), text
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, " ")
        left |= {word.strip() for word in re.findall(r"[A-Za-z][A-Za-z ]+", text)}
    return left


def states(client: CheckingClient, app: Flask) -> Iterator[tuple[str, str]]:
    """Every page and state of the site, as a learner meets them: where it is, and the page."""
    quiz, lesson = f"{COURSE}/quizzes/final", f"{COURSE}/lessons/lesson"

    def get(path: str) -> tuple[str, str]:
        return path, client.get(path).text

    def send(path: str, **fields: object) -> tuple[str, str]:
        return f"POST {path}", client.send(path, **fields).text

    yield from map(
        get,
        (
            "/",
            COURSE,
            f"{COURSE}/glossary",
            lesson,
            f"{lesson}?version=easy",
            quiz,
            "/help",
            "/display",
        ),
    )
    yield from map(
        get,
        (
            "/check",
            "/check?code=",
            "/check?code=x",
            "/check/0000-0000-0000",
            "/come-back",
            "/come-back/code",
        ),
    )
    yield from map(get, ("/safety", "/privacy", "/cookies", "/accessibility", f"{COURSE}/before"))
    yield send("/come-back", code="x")
    yield send("/display", do="try", language=pseudo.XB)
    yield get("/display?kept=1")
    for answer in ({}, {"answer": "0"}, {"answer": "1"}):
        yield send(f"{lesson}/checks/lesson%23q", **answer)
    begin(client)
    read_lessons(client, app)
    attempt = start_quiz(client)
    yield get(f"{attempt}/questions/1")
    yield send(f"{attempt}/questions/1/answer")
    yield get(f"{attempt}/review")
    yield get(quiz)
    answer_all(client, app, attempt, right=False)
    yield get(f"{attempt}/questions/2")
    client.send(f"{attempt}/submission")
    yield get(f"{attempt}/result")
    yield get(quiz)
    second = start_quiz(client)
    answer_all(client, app, second)
    client.send(f"{second}/submission")
    yield get(f"{second}/result?late=1")
    yield from map(get, ("/", COURSE, f"{COURSE}/certificate", "/come-back/code"))
    for name in ("", "Α" * 200):
        yield send(f"{COURSE}/certificate", name=name)
    award = get_award(client, "Άννα")
    page = get(award)
    yield page
    yield get(f"{COURSE}/certificate")
    code = page[1].split('href="/check/')[1].split('"')[0]
    yield get(f"/check/{code}")
    for name in ("", "Άννα", "Μαρία"):
        yield send(f"/check/{code}/name-matches", name=name)
    yield from certificate_states(client, award)
    yield send("/come-back/code")
    yield send("/come-back/code")
    begin(other := another(app))
    yield send("/come-back", code=come_back_code(other))
    visitor = speaker(app, client.get_cookie("alongside-display").value.partition("=")[2])  # type: ignore[union-attr]
    yield "no session", visitor.get(attempt).text
    yield "no token", visitor.post(f"{attempt}/questions/1/answer", data={"answer": "0"}).text
    yield "no token", visitor.post("/come-back").text
    yield from map(get, ("/nope", "/leave/x", "/courses/none"))


def certificate_states(client: CheckingClient, award: str) -> Iterator[tuple[str, str]]:
    """All certificates, one that was replaced, and those without a name."""
    client.get(f"{COURSE}/certificate")
    new = get_award(client, "Μαρία")
    off = f"{new}/name-removal"
    yield from (
        (path, client.get(path).text) for path in ("/account/certificates", f"{award}/name-removal", off)
    )
    client.send(off)
    yield from ((path, client.get(path).text) for path in (new, f"{off}?again=1", "/account/certificates"))


def account_states(client: CheckingClient, app: Flask) -> Iterator[tuple[str, str]]:
    """Every page and state about an account, from sign-up to deletion."""

    def get(path: str) -> tuple[str, str]:
        return path, client.get(path).text

    def send(path: str, **fields: object) -> tuple[str, str]:
        client.get(path)
        return f"POST {path}", client.send(path, **fields).text

    yield from map(get, ("/sign-in", "/sign-up", "/forgotten-password", "/sign-up/x"))
    for path in ("/sign-in", "/sign-up", "/forgotten-password"):
        yield send(path, email="x")
    yield send("/sign-in", email=EMAIL, password="x")
    begin(client)
    yield get("/account")
    yield get("/account/deletion")
    yield send("/account/deletion")
    yield get("/sign-up")
    yield send("/sign-up", email=EMAIL, take="y")
    finish = link(app, "sign-up")
    yield get(finish)
    for password in ("x", "x" * 300, "aaaaaaaaaaaa"):
        yield send(finish, new_password=password)
    client.send(finish, new_password=PASSWORD)
    yield from map(
        get,
        (
            "/account",
            "/account/data",
            "/account/certificates",
            "/account/name",
            "/account/password",
            "/account/email",
            "/account/sessions",
            "/account/deletion",
        ),
    )
    yield send("/account/password", password="x", new_password="x")
    yield send("/account/email", email="new@example.org", password=PASSWORD)
    change = link(app, "email-change")
    yield get(change)
    yield send(change, agreed="yes")
    yield get(link(app, "new-email"))
    yield send(change, agreed="no")
    yield send("/forgotten-password", email=EMAIL)
    yield get(link(app, "new-password"))
    client.send("/account/sign-out")
    client.set_cookie("alongside", "")
    begin(client)
    sign_in(client)
    yield from map(get, ("/account/merge", "/account", "/account/data", "/account/deletion?waiting=1"))
    for path in FOR_ADMINISTRATORS:  # how it turns a learner away; what is on it is in English
        yield get(path)
    client.get("/account/deletion")
    client.send("/account/deletion", password=PASSWORD)
    yield get("/deleted")


def teacher_states(client: CheckingClient, app: Flask) -> Iterator[tuple[str, str]]:
    """Every page and state that somebody meets who teaches in a learning system."""

    def send(do: str, *opens: str, q: str = "", **asks: bool) -> tuple[str, str]:
        picking = asked(app, language=display_language(client), **asks)
        form = {"picking": picking, "do": do, "opens": list(opens), "q": q}
        return f"POST /lti/choices/{do}", client.post("/lti/choices", data=form).text

    yield send("search")
    yield send("search", several=False)
    yield send("search", SLUG, q="×")
    yield send("search", SLUG, q=SLUG)
    yield send("search", f"{SLUG}/quizzes/final", q="Κουίζ")
    yield send("add")
    yield send("add", SLUG, f"{SLUG}/quizzes/final", several=False)
    yield send("add", SLUG)
    yield send("cancel")
    yield send("cancel", links=False)
    yield send("search", links=False)
    yield from _class_states(client, app)


def _class_states(client: CheckingClient, app: Flask) -> Iterator[tuple[str, str]]:
    """The page of a link, and choosing what it opens."""
    titles = {"title": "Μάθημα", "context_title": "Τάξη"}
    many = Members(tuple(Member(f"m{number}", "Άννα" if number % 2 else "") for number in range(60)))

    def shown(what: str, held: int, listed: Members = Members()) -> tuple[str, str]:  # noqa: B008  a value
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(members, "fetch", lambda _link: listed)
            teaching.teach(app, client, held)
            return f"/lti/link?{what}", client.get(f"/lti/link?{what}", follow_redirects=True).text

    link = teaching.link(app, SLUG, "Άννα", **titles)
    for why in get_args(Why):
        yield shown(f"why={why.replace(' ', '-')}", link, Members(why=why))
    yield shown("page=2&sending=one", link, many)
    yield shown("sending=all", link)
    yield "/lti/link/choices", client.get("/lti/link/choices").text
    yield "POST /lti/link/choices", client.send("/lti/link/choices", do="save").text
    yield "POST /lti/link/choices/q", client.send("/lti/link/choices", do="search", q="×", opens=SLUG).text
    lesson = f"{SLUG}/lessons/lesson"
    yield shown("no-mark", teaching.link(app, SLUG, link="lesson", context="1:l", opens=lesson))
    yield shown("no-column", teaching.link(app, SLUG, link="other", context="1:o", line_items_url=""))
    yield shown("nobody", teaching.link(app, "no-such", link="empty", context="1:e", opens=SLUG))
    for opens in ("", "gone"):
        _, page = shown(
            "nothing", teaching.link(app, "no-such", link=f"none{opens}", context="1:n", opens=opens)
        )
        yield f"/lti/link/choices?opens={opens}", page


def display_language(client: CheckingClient) -> str:
    """The language that a browser of `speaker` asks for."""
    kept = client.get_cookie("alongside-display")
    assert kept
    return kept.value.partition("=")[2]


def names(app: Flask) -> set[str]:
    """What is the same in every language: our name, what people and addresses are called, what facts say."""
    with app.test_request_context():
        held = facts().values()
        return (
            OURS
            | {EMAIL, "new@example.org", SLUG, app.extensions["alongside"].leave_to}
            | {text for fact in held for text in (*fact.value, fact.words) if text}
        )


@pytest.mark.slow
def test_nothing_is_left_untranslated(spoken: Flask) -> None:
    """In a language without Latin letters no page says a word of English, courses, facts and names apart."""
    seen, stay = set[str | None](), names(spoken)
    spoken.before_request(lambda: seen.add(request.endpoint))
    walks = (states, account_states, teacher_states)
    pages = [page for walk in walks for page in walk(speaker(spoken, pseudo.XB), spoken)]
    pages += launched(speaker(spoken, pseudo.XB), spoken, f"/courses/{SLUG}")
    pages += refusals(speaker(spoken, pseudo.XB), spoken)
    assert {where: left for where, page in pages if (left := untranslated(page, stay))} == {}
    walked = {rule.endpoint for rule in spoken.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert walked - seen == NOT_WALKED


@pytest.mark.slow
def test_a_name_that_cannot_be_printed(spoken: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which letters we cannot print is said in the language of the page."""

    def refuse(_printer: Printer, name: str) -> None:
        raise NameCannotBeSet(name, ("த", "ழ"))

    monkeypatch.setattr(Printer, "check_name", refuse)
    client = speaker(spoken, pseudo.XB)
    pass_course(client, spoken)
    client.get(f"{COURSE}/certificate")
    page = client.send(f"{COURSE}/certificate", name="தமிழ்").text
    assert "“த” “ழ”" in page and untranslated(page, names(spoken)) == set()


def test_every_audience_has_its_words() -> None:
    """Whoever a course is for, its card says so in the language of the site."""
    assert set(filters.FOR_WHOM) == set(AUDIENCES)


def test_what_is_gathered_is_up_to_date() -> None:
    """`messages.pot` holds what the pages say today; `make messages` brings it up to date."""
    assert messages.TEMPLATE.read_bytes() == messages.written(messages.gathered()), "run: make messages"


def test_a_translation_is_brought_up_to_date(tmp_path: Path) -> None:
    """`make messages` keeps what a translator wrote, adds what is new, and compiles it."""
    place = tmp_path / "cy" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "messages.po").write_text('msgid "Courses"\nmsgstr "Cyrsiau"\n', encoding="utf-8")
    messages.bring_up_to_date(place / "messages.po", messages.gathered())
    held = (place / "messages.po").read_text(encoding="utf-8")
    assert 'msgstr "Cyrsiau"' in held and 'msgid "Get help or report"' in held
    assert Translations.load(tmp_path, ["cy"]).gettext("Courses") == "Cyrsiau"


def test_only_languages_with_a_catalogue_are_offered(client: CheckingClient) -> None:
    """Nobody is offered a language that is not there: the site ships in English alone, and says so nowhere."""
    assert "Language of the site" not in client.get("/display").text
    client.send("/display", do="keep", language="cy")
    assert client.get_cookie("alongside-display") is None
    client.set_cookie("alongside-display", "language=cy")
    assert '<html lang="en-GB" dir="ltr">' in client.get("/").text


def test_a_language_is_chosen_and_kept(spoken: Flask) -> None:
    """The language is one more choice of Display, told in its own name; every page after it speaks it."""
    client = spoken.test_client()
    assert isinstance(client, CheckingClient)
    page = client.get("/display").text
    assert 'lang="ar-001" dir="rtl">العربية' in page and 'lang="en-GB" dir="ltr">English' in page
    tried = client.send("/display", do="try", language=pseudo.XB).text
    assert '<html lang="ar-001" dir="rtl">' in tried and "⟦" in tried
    assert '<html lang="en-GB" dir="ltr">' in client.get("/display").text
    client.send("/display", do="keep", language=pseudo.XB)
    for path in ("/", "/help", "/nope"):
        assert '<html lang="ar-001" dir="rtl">' in client.get(path).text, path


def test_courses_stay_in_their_own_language(spoken: Flask) -> None:
    """Within a page from right to left, what a trainer wrote is marked with its own language and direction."""
    client = speaker(spoken, pseudo.XB)
    assert '<bdi lang="el" dir="ltr">Μάθημα</bdi>' in client.get("/").text
    assert '<h1 lang="el" dir="ltr">Μάθημα</h1>' in client.get(COURSE).text
    assert '<p class="lede" lang="el" dir="ltr">' in client.get(COURSE).text


def test_phone_numbers_stay_as_they_are_rung(spoken: Flask) -> None:
    """Where words run from right to left, a phone number still reads from its first digit."""
    page = speaker(spoken, pseudo.XB).get("/help").text
    numbers = re.findall(r'<a href="tel:\d+">(.*?)</a>', page)
    assert numbers and all(re.fullmatch(r'<bdi dir="ltr">[\d ]+</bdi>', number) for number in numbers)


NUMBER = re.compile(r"\d(?:[ -]?\d){4,}")


def test_no_number_is_turned_round(spoken: Flask) -> None:
    """On a page from right to left each phone number, wherever it comes from, stands from left to right."""
    spoken.extensions["alongside"] = replace(spoken.extensions["alongside"], contact="Φορέας, 01942 244 991")
    with spoken.app_context():
        for name, value, shown_as in (
            ("police name", "Αστυνομία 0161 856 1234", "text"),
            ("strands", "α 0800 40 50 40\nβ", "list"),
        ):
            said = Fact(
                name=name, value=tuple(value.split("\n")), shown_as=shown_as, checked=DAY, review_by=DAY
            )
            FactVersion.keep(None, said)
        files = GREEK | {"01-a/01-lesson.md": WITH_FACTS}
        published = publishing.publish({path: text.encode() for path, text in files.items()}, SLUG)
        assert published.revision, [str(problem) for problem in published.problems]
        db.session.commit()
    client = speaker(spoken, pseudo.XB)
    begin(client)
    pages = {path: client.get(path).text for path in ("/", "/help", "/safety", "/privacy", "/nope", LESSON)}
    for path, page in pages.items():
        reader = _Said()
        reader.feed(page)
        assert NUMBER.findall(reader.text[0]) == [], path
    for number in ("01942 244 991", "0161 856 1234", "0800 40 50 40"):
        assert any(f'<bdi dir="ltr">{number}</bdi>' in page for page in pages.values()), number


DAY = datetime.date(2026, 11, 21)
LESSON = f"{COURSE}/lessons/lesson"
WITH_FACTS = "---\ntitle: Α\n---\n\nΛόγια {{emergency number}} {{police name}}.\n\n{{strands}}\n"
MOMENT = datetime.datetime(2026, 11, 21, 9, 30, tzinfo=datetime.UTC)


def test_dates_and_numbers_by_language(spoken: Flask) -> None:
    """Dates, clocks, durations and percentages are written as each language does."""
    with spoken.test_request_context():
        assert filters.longdate(MOMENT.date()) == "21 November 2026"
        assert filters.clock(MOMENT).replace("\u202f", " ") == "9:30 am on 21 November 2026"
        assert (filters.duration(60), filters.duration(7200)) == ("1 minute", "2 hours")
        assert (filters.minutes(1), filters.minutes(5), filters.percent(80)) == (
            "about a minute",
            "about 5 minutes",
            "80%",
        )
    cookie = {"Cookie": f"alongside-display=language={pseudo.XB}"}
    with spoken.test_request_context(headers=cookie):
        assert "نوفمبر" in filters.longdate(MOMENT.date())
        assert not re.search("[A-Za-z]", filters.clock(MOMENT) + filters.duration(60) + filters.percent(80))


def test_catalogues_are_read_once(spoken: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process reads a catalogue for the first page in its language, and not again."""
    client = speaker(spoken, pseudo.XB)
    client.get("/")
    monkeypatch.setattr(Translations, "load", lambda *_: pytest.fail("read again"))
    assert "⟦" in client.get("/help").text


def test_languages_do_not_mix(spoken: Flask) -> None:
    """Each page is whole in its own language, whichever was asked for before it."""
    asked = (pseudo.XB, "en-GB", pseudo.XA, pseudo.XB, "en-GB")
    pages = [(spoke, speaker(spoken, spoke).get("/help").text) for spoke in asked]
    for spoke, page in pages:
        assert f'<html lang="{spoke}"' in page and ("⟦" in page) == (spoke != "en-GB")
        assert ("Get help" in page) == (spoke == "en-GB")


def test_values_in_messages_are_escaped(spoken: Flask) -> None:
    """A value in a message is shown as text, and a percent sign as one, in every language."""
    spoken.jinja_env.loader = DictLoader({"next.html": "{{ _('Next: %(title)s', title=title) }}"})
    for spoke, brackets in (("en-GB", 0), (pseudo.XB, 1)):
        with spoken.test_request_context(headers={"Cookie": f"alongside-display=language={spoke}"}):
            words = render_template("next.html", title="<b>5%")
        assert "&lt;b&gt;5%" in words and "%(title)s" not in words and words.count("⟦") == brackets


def test_commands_speak_english(spoken: Flask) -> None:
    """Outside a request, where nobody has chosen, the language is English."""
    with spoken.app_context():
        assert language.tag() == "en-GB" and filters.minutes(1) == "about a minute"


def test_no_mail_is_left_untranslated(spoken: Flask) -> None:
    """Each kind of mail is written in the language of the page it was asked for on, dates with it, days later."""
    user_id = account(spoken)
    with spoken.app_context(), language.speaking(pseudo.XB):
        person = db.session.get_one(User, user_id)
        for kind in outbox.MAILS:
            outbox.enqueue(kind, to=EMAIL, user=person, new="new@example.org", take=False)
        outbox.enqueue("sign up", to="new@example.org", take=False)
        outbox.enqueue("new e-mail", to="new@example.org", user=person)
        db.session.execute(update(User).values(active_at=MOMENT - datetime.timedelta(days=700)))
        db.session.commit()
    worded = mails(spoken)
    assert len(worded) == len(outbox.MAILS) + 2
    for mail in worded:
        words = re.sub(r"http\S+", "", f"{mail.subject} {mail.text}")
        assert "⟦" in mail.subject and untranslated(html.escape(words), OURS) == set(), mail


def test_a_mail_that_nobody_asked_for(spoken: Flask) -> None:
    """An invitation by command, and the warning of an idle account, say the same in each language there is."""
    user_id = account(spoken)
    with spoken.app_context():
        offered = language.offered()
        for kind in ("invitation", "idle account"):
            outbox.enqueue(kind, to=EMAIL, user=db.session.get_one(User, user_id), unasked=True)
        db.session.execute(update(User).values(active_at=MOMENT - datetime.timedelta(days=700)))
        db.session.commit()
    for mail in mails(spoken):
        parts = mail.text.split("* * *")
        assert len(parts) == len(offered) == 3 and parts[0].startswith("Hello,\n\n")
        assert all("⟦" in part for part in parts[1:]) and "\n" not in mail.subject
        assert mail.subject.startswith(("Your link / ⟦", "Your account will be removed / ⟦"))


def test_a_mail_in_a_language_no_longer_offered(spoken: Flask) -> None:
    """A mail that was asked for in a language that has gone since, or by an older version, is in English."""
    user_id = account(spoken)
    for about in ({"to": EMAIL, "language": "tlh"}, {"to": EMAIL}):
        with spoken.app_context():
            db.session.add(Delivery(kind="reset", user_id=user_id, about=about))
            db.session.commit()
        assert mails(spoken)[-1].text.startswith("Hello,\n\nTo choose a new password")


def test_a_mail_speaks_as_its_page_did(spoken: Flask) -> None:
    """Who asks for a link on a page in another language gets the mail in it; the next person theirs in English."""
    for spoke in (pseudo.XB, "en-GB"):
        client = speaker(spoken, spoke)
        client.get("/sign-up")
        client.send("/sign-up", email=f"{spoke}@example.org")
    first, second = mails(spoken)
    assert "⟦" in first.subject and second.subject == "Your link"


def awarded(language: str) -> Award:
    """A certificate of a course in that language."""
    return Award(
        name="Άννα", title="Μάθημα", summary="Λόγια.", issuer="Φορέας", course=SLUG, code="0" * 12,
        awarded=MOMENT.date(), valid_until=MOMENT.date(), name_given_by_learner=True, language=language,
    )  # fmt: skip


def test_a_certificate_speaks_as_its_course(spoken: Flask) -> None:
    """All that a certificate says itself is in the language of the course, and can be printed; the page stays."""
    with spoken.test_request_context():
        said = vars(printing.wording(pseudo.XA))
        assert said.pop("language") == pseudo.XA and said.pop("day")(MOMENT.date()) == "21 November 2026"
        assert all(words.startswith("⟦") for words in said.values())
        assert printing.pdf_of(awarded(pseudo.XA)) != printing.pdf_of(awarded("en-GB"))
        assert language.tag() == "en-GB" and filters.minutes(1) == "about a minute"


@pytest.mark.parametrize("spoke", [pseudo.XB, "el", "en-GB", ""])
def test_a_certificate_that_cannot_speak_so(spoken: Flask, spoke: str) -> None:
    """From right to left, or in a language the site does not speak, a certificate says its own words in English."""
    with spoken.test_request_context():
        assert printing.wording(spoke) == ENGLISH


def test_a_certificate_without_letters_for_its_language(
    spoken: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no font has the letters of a language, a certificate is printed, with its own words in English."""
    unprintable = Wording(language=pseudo.XA, lead="🙂")
    monkeypatch.setattr(printing, "wording", lambda _language: unprintable)
    with spoken.test_request_context():
        made = printing.pdf_of(awarded(pseudo.XA))
        monkeypatch.setattr(printing, "wording", lambda _language: ENGLISH)
        assert made == printing.pdf_of(awarded(pseudo.XA))


def test_the_file_says_what_its_names_mean(spoken: Flask) -> None:
    """The names in the file are the same in every language, for programs; what they mean is said in each."""
    client = speaker(spoken, pseudo.XB)
    begin(client)
    held = json.loads(client.get("/account/data.json").data)
    assert held["account"]["role"] == "learner"
    assert all("⟦" in said for said in held["what the names mean"].values())
    listed = {name for name, _ in pairs(held) if name != "what the names mean"}
    assert listed - held["what the names mean"].keys() <= {
        *(
            "account",
            "courses",
            "lessons",
            "attempts",
            "answers",
            "certificates",
            "sessions",
            "mails",
            "grades",
            "deeds",
        ),
    }


def pairs(value: object) -> Iterator[tuple[str, object]]:
    """Every name and value within, but for the meanings."""
    for name, held in value.items() if isinstance(value, dict) else ():
        yield name, held
        yield from pairs(held) if name != "what the names mean" else ()
    for each in value if isinstance(value, list) else ():
        yield from pairs(each)
