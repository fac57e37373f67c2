"""What templates may call: facts in gaps, quilts, dates, addresses of assets and steps."""

import datetime
import functools

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_percent
from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale, gettext, lazy_gettext, ngettext
from markupsafe import Markup, escape
from werkzeug.routing import Map

from courses import quilt as quilts
from courses.course import Course, Lesson, Step
from courses.paths import LearningPath
from lms.access import is_signed_in, teaches
from lms.carrying import carried
from lms.db import TIME_ZONE, now
from lms.display import display
from lms.facts import area as area_here
from lms.facts import facts, known
from lms.language import SOURCE, direction, tag
from lms.signing_in import launched, visit_over
from markup.facts import Facts, Prose, as_html, words_as_html
from markup.facts import fill as fill_html
from quizzes.kinds import OneAnswer, Question

MANY_MINUTES = 120
PUBLIC = frozenset({"course", "lesson", "quiz", "version", "path", "digest", "name"})
"""What addresses that everybody shares are made of: an attempt, a code or a token is somebody's own."""
VERSION_NAMES = {"standard": lazy_gettext("Standard"), "easy": lazy_gettext("Easy Read")}

FOR_WHOM = {
    "everyone": lazy_gettext("For everyone"),
    "ambassadors": lazy_gettext("For ambassadors"),
    "young people": lazy_gettext("For young people"),
    "staff": lazy_gettext("For staff"),
    "self-advocates": lazy_gettext("For self-advocates"),
}


def start(app: Flask) -> None:
    """Give templates their filters, tests and functions."""
    app.jinja_env.filters.update(fill=fill, longdate=longdate, clock=clock, minutes=minutes)
    app.jinja_env.filters.update(until=until, duration=duration, version_name=version_name)
    app.jinja_env.filters.update(content=content, for_whom=for_whom, percent=percent)
    app.jinja_env.filters.update(numbered=numbered)
    app.jinja_env.tests.update(one_answer=one_answer, prose=prose, lesson=lesson, moment=moment, day=day)
    app.jinja_env.globals.update(
        taught_url=taught_url,
        area_shown=area_shown,
        asset=asset,
        carried=carried,
        display=display,
        display_url=display_url,
        fact=fact,
        last_checked=last_checked,
        leave_to=app.extensions["alongside"].leave_to,
        quilt=quilt,
        patch=patch,
        is_signed_in=is_signed_in,
        launched=launched,
        visit_over=visit_over,
        teaches=teaches,
        spoken=spoken,
        step_url=step_url,
        url_for=address,
    )


def facts_shown() -> Facts:
    """The facts this page shows: an attempt's own, pinned when it began, before today's."""
    pinned: Facts = g.get("pinned_facts", {})
    return {**facts(), **pinned} if pinned else facts()


def fill(text: Prose, *, linked: bool = True) -> Markup:
    """Prose as safe HTML with facts in its gaps; without links where the words are themselves pressed."""
    html = fill_html(text, facts_shown(), linked=linked)
    if request.script_root:  # links within a course stay in the session that the address carries
        html = html.replace('href="/', f'href="{request.script_root}/')
    return Markup(html)  # noqa: S704  made by our renderer and sanitised


def fact(name: str) -> Markup:
    """One fact, linked where it can be rung, texted or followed."""
    shown = facts_shown()[name]
    g.oldest = min(shown.checked, g.get("oldest", shown.checked))
    said = Markup(as_html(shown))  # noqa: S704  escaped by as_html
    return content(said, SOURCE)


def last_checked() -> str:
    """November 2026: when the fact that was longest not looked at was checked, of those shown so far."""
    return format_skeleton("yMMMM", g.oldest, locale=get_locale())


def numbered(words: str) -> Markup:
    """Somebody's words, each phone number in them from left to right."""
    return Markup(words_as_html(words))  # noqa: S704  escaped by words_as_html


def area_shown() -> str:
    """The name of the area that this page is for, where there is more than one; or else nothing."""
    areas, here = known().areas, area_here()
    return areas[here] if here and len(areas) > 1 else ""


def longdate(date: datetime.date) -> str:
    """21 November 2026."""
    return format_date(date, "long", locale=get_locale())


def clock(moment: datetime.datetime) -> str:
    """9:30 am on 21 November 2026, in the United Kingdom."""
    here = moment.astimezone(TIME_ZONE)
    return str(gettext("%(time)s on %(date)s", time=_time(here), date=longdate(here)))


def until(moment: datetime.datetime) -> str:
    """9:30 am, with the date where that is not today's, in the United Kingdom."""
    here = moment.astimezone(TIME_ZONE)
    is_today = here.date() == now().astimezone(TIME_ZONE).date()
    return _time(here) if is_today else clock(moment)


def _time(here: datetime.datetime) -> str:
    """9:30 am."""
    return format_skeleton("hm", here, locale=get_locale())


def percent(number: int) -> str:
    """80%, as the language of the page writes it."""
    return format_percent(number / 100, locale=get_locale())


def duration(seconds: float) -> str:
    """20 minutes, or 3 hours: whole ones, never more than there are."""
    number = int(seconds // 60)
    if number >= MANY_MINUTES and number % 60 == 0:
        return str(ngettext("%(num)s hour", "%(num)s hours", number // 60))
    return str(ngettext("%(num)s minute", "%(num)s minutes", number))


def version_name(version: str) -> str:
    """What a version is called: Standard, Easy Read, or a language by its own name."""
    if version in VERSION_NAMES:
        return str(VERSION_NAMES[version])
    try:
        name = Locale.parse(version, sep="-").language_name or version
    except (ValueError, UnknownLocaleError):
        return version
    return name[:1].upper() + name[1:]


def for_whom(audience: str) -> str:
    """Whom a course is for, of the audiences that a course can name."""
    return str(FOR_WHOM[audience])


def minutes(number: int) -> str:
    """About how long something takes."""
    return str(ngettext("about a minute", "about %(num)s minutes", number))


def spoken(language: str | None = None) -> Markup:
    """The attributes `lang` and `dir`: of the page's own words, or of content in some language."""
    return _spoken(language or tag())


@functools.lru_cache(maxsize=64)
def _spoken(language: str) -> Markup:
    return Markup('lang="{}" dir="{}"').format(language, direction(language))


def content(words: str, language: str) -> Markup:
    """Words of a course among the page's own: marked and kept apart where the languages differ."""
    if language == tag():
        return escape(words)
    return Markup("<bdi {}>{}</bdi>").format(spoken(language), words)


def one_answer(question: Question) -> bool:
    """Whether a question takes one answer."""
    return isinstance(question, OneAnswer)


def prose(block: object) -> bool:
    """Whether a piece of a lesson is prose and not a check."""
    return isinstance(block, Prose)


def lesson(step: Step) -> bool:
    """Whether a step is a lesson and not a quiz."""
    return isinstance(step, Lesson)


def moment(value: object) -> bool:
    """Whether a value is a moment."""
    return isinstance(value, datetime.datetime)


def day(value: object) -> bool:
    """Whether a value is a day of the calendar."""
    return isinstance(value, datetime.date)


def address(endpoint: str, **values: str | int | None) -> str:
    """`url_for`, built once for each public place: most addresses on a page are on the next page too."""
    if values.keys() <= PUBLIC:
        return _built(current_app.url_map, request.script_root, endpoint, **values)
    return url_for(endpoint, **values)  # type: ignore[arg-type]


@functools.lru_cache(maxsize=4096)
def _built(_map: Map, _root: str, endpoint: str, **values: str) -> str:
    return url_for(endpoint, **values)  # type: ignore[arg-type]


def taught_url(taught: Course | LearningPath) -> str:
    """The page of a course or a learning path."""
    if isinstance(taught, LearningPath):
        return url_for("paths.show", path=taught.slug)
    return url_for("courses.show", course=taught.slug)


def step_url(course: Course, step: Step, version: str | None = None) -> str:
    """Where a lesson or quiz is, in a version other than the one that opens by itself."""
    if isinstance(step, Lesson):
        return address("lessons.show", course=course.slug, lesson=step.id, version=version)
    return address("quizzes.show", course=course.slug, quiz=step.id, version=version)


def asset(name: str) -> str:
    """The address of one of our own files, with its digest, so that it can be cached for ever."""
    held = current_app.extensions["assets"][name]
    return address("files.asset", digest=held.digest, name=name).removeprefix(request.script_root)


def display_url() -> str:
    """The page *Display*, with the way back to this one; but a secret in an address goes nowhere else."""
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    stays = request.blueprint in ("display", "launches", "picking") or "token" in (request.view_args or {})
    return url_for("display.show", back=None if stays else here)


@functools.lru_cache(maxsize=512)
def quilt(seed: str, columns: int = 8, rows: int = 3) -> Markup:
    """A course's quilt as SVG."""
    return Markup(quilts.svg(quilts.quilt(seed, columns, rows), columns, rows))  # noqa: S704  our own drawing


def patch(seed: str) -> Markup:
    """A lesson's patch as SVG."""
    return Markup(quilt(seed, 2, 2).replace('class="quilt"', 'class="patch"', 1))  # noqa: S704  our own drawing
