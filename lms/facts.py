"""Which facts and areas this installation has, and which of them a request shows.

Each process keeps them all, and learns that something changed from two small columns (`NEWEST`) that come
along with the query for the session or for the live course. A page that makes neither asks once.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app, g, has_app_context, has_request_context
from flask import session as cookie
from flask_login import current_user
from sqlalchemy import select

from courses.library import facts as shipped
from courses.library import facts_of as shipped_for
from lms.db import db
from lms.models import Area, FactVersion, Session
from lms.models.fact import NEWEST, Newest
from markup.facts import Fact, Facts

SHIPPED = "shipped with Alongside"
EVERYWHERE = "everywhere"


@dataclass(frozen=True, kw_only=True)
class Known:
    """All areas (slug to name, by name) and all facts, as they were when `newest` was newest.

    `own` holds the facts set here: by area, and under None those for all areas.
    """

    newest: Newest | None
    areas: Mapping[str, str]
    default: str | None
    own: Mapping[str | None, Facts]

    @classmethod
    def read(cls, newest: Newest) -> "Known":
        """As the database has them, in two queries."""
        areas, own = Area.all(), dict[str | None, dict[str, Fact]]()
        for version in FactVersion.standing():
            own.setdefault(version.area, {})[version.name] = version.fact
        default = next((area.slug for area in areas if area.is_default), None)
        return cls(newest=newest, areas={area.slug: area.name for area in areas}, default=default, own=own)

    def layers(self, area: str | None) -> tuple[tuple[str, Facts], ...]:
        """Where an area's facts come from, each with its name: the first that has a fact says it."""
        return (
            (area or EVERYWHERE, self.own.get(area, {})),
            (SHIPPED, shipped_for(area or "")),
            (EVERYWHERE, self.own.get(None, {})),
            (SHIPPED, shipped()),
        )

    def facts(self, area: str | None) -> Facts:
        """Every fact as it stands in an area; None is an installation without areas."""
        return {name: fact for _, facts in reversed(self.layers(area)) for name, fact in facts.items()}

    def origin(self, area: str | None, name: str) -> str:
        """Where an area has a fact from: one of the names in `layers`, or nothing for a fact it has not."""
        return next((where for where, facts in self.layers(area) if name in facts), "")

    @property
    def everywhere(self) -> frozenset[Fact]:
        """Every fact that someone is shown, in whatever area."""
        return frozenset(fact for area in self.areas or (None,) for fact in self.facts(area).values())


def known() -> Known:
    """All areas and facts as they are now."""
    if "known" not in g:
        g.known = _kept(_newest())
    return g.known  # type: ignore[no-any-return]


def _newest() -> Newest:
    """What is newest: from the session or the course, when this request has met one; else asked for."""
    if has_request_context() and "_user_id" in cookie:
        current_user.is_authenticated  # noqa: B018  finds the session, which tells
    if "newest" not in g:
        note(*db.session.execute(select(*NEWEST)).one())
    return g.newest  # type: ignore[no-any-return]


def _kept(newest: Newest) -> Known:
    """What this process keeps, read again when it is not the newest."""
    kept: Known | None = current_app.extensions.get("facts")
    if kept is None or kept.newest != newest:
        kept = current_app.extensions["facts"] = Known.read(newest)
    return kept


def note(newest_fact: int | None, newest_area: datetime.datetime | None) -> None:
    """Take what came along with a query: `NEWEST` as the database has it."""
    g.newest = (newest_fact, newest_area)


def note_session(held: Session) -> None:
    """Take what came along with the session: what is newest, and the person's own area."""
    note(*held.newest)
    g.own_area = (held.user.guest, held.user.area)


def forget() -> None:
    """Something was changed just now: look again."""
    for name in ("known", "newest", "area", "facts"):
        g.pop(name, None)


def ask_nothing() -> None:
    """The database may be away: show what this process last knew, and the default area."""
    forget()
    nothing = Known(newest=None, areas={}, default=None, own={})
    g.known = current_app.extensions.get("facts", nothing)
    g.area = g.known.default


def area() -> str | None:
    """The area this request shows, by its slug; None where there are no areas."""
    if "area" not in g:
        areas = known().areas
        g.area = next((wish for wish in _wishes() if wish in areas), known().default)
    return g.area  # type: ignore[no-any-return]


def _wishes() -> tuple[str | None, ...]:
    """An account’s own area comes first; a guest’s is an earlier choice, so a link followed since does."""
    if not has_request_context():
        return ()
    guest, kept = g.get("own_area", (True, None))
    return (chosen(), kept) if guest else (kept, chosen())


def chosen() -> str | None:
    """The area that was chosen in this browser, by a link or a form, while there is such an area."""
    slug = cookie.get("area")
    return slug if slug and slug in known().areas else None


def choose(slug: str) -> None:
    """Keep an area as this browser's choice, until it is closed or left by *Exit this page*."""
    cookie["area"] = slug


def facts() -> Facts:
    """The facts that fill gaps in this request: those of its area."""
    if "facts" not in g:
        g.facts = known().facts(area())
    return g.facts  # type: ignore[no-any-return]


def everywhere() -> frozenset[str]:
    """The names of the facts that every area has."""
    if not has_app_context():
        return frozenset(shipped())
    held = known()
    return frozenset.intersection(*(frozenset(held.facts(area)) for area in held.areas or (None,)))


def words(name: str) -> frozenset[str]:
    """All that a list fact says, in whatever area."""
    return frozenset(word for fact in anywhere() if fact.name == name for word in fact.value)


def anywhere() -> frozenset[Fact]:
    """Every fact that someone is shown, in whatever area: a course may mention these."""
    if not has_app_context():  # a folder is checked where no installation is
        return frozenset(shipped().values())
    return known().everywhere
