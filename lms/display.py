"""How a person wants pages to look and read. It stays in their browser, in a small cookie of its own.

No account and no row knows of it: who shares a device leaves no trace of a person in it, and who clears
their cookies, or chooses all defaults, leaves nothing. Only a session that an address carries, where a
browser takes no cookies, holds it as long as it lasts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import current_app, g, has_request_context, request
from werkzeug.wrappers import Response

from lms.carrying import carried
from lms.language import SOURCE, choose_again, offered

LASTS = 365 * 24 * 60 * 60  # seconds
LONGEST = 300  # characters; a cookie of ours is never longer

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "theme": ("device", "light", "dark"),
        "size": ("standard", "l", "xl"),
        "spacing": ("standard", "wide"),
        "motion": ("device", "reduced"),
        "version": ("standard", "easy"),
        "titles": ("own", "neutral"),
    }
)
"""What can be chosen, the default first; and the language, of those that are offered."""


@dataclass(frozen=True, kw_only=True)
class Display:
    """One person's choices. `version` is what lessons and quizzes open in where nothing else is asked for;
    with neutral `titles` neither tab nor history tells what a page is about.
    """

    theme: str = "device"
    size: str = "standard"
    spacing: str = "standard"
    motion: str = "device"
    version: str = "standard"
    titles: str = "own"
    language: str = SOURCE

    @classmethod
    def of(cls, given: Mapping[str, str], languages: Sequence[str] = (SOURCE,)) -> "Display":
        """The choices in a form or a cookie. What is missing, unknown or not offered is as by default."""
        allowed = {**CHOICES, "language": languages}
        return cls(**{name: given[name] for name, choices in allowed.items() if given.get(name) in choices})

    @property
    def changed(self) -> dict[str, str]:
        """What is not as by default."""
        held = {field.name: (getattr(self, field.name), field.default) for field in fields(self)}
        return {name: value for name, (value, default) in held.items() if value != default}

    @property
    def marks(self) -> dict[str, str]:
        """What CSS needs to know, as attributes of the page: `data-theme` and so on."""
        return {
            f"data-{name}": value
            for name, value in self.changed.items()
            if name in ("theme", "size", "spacing", "motion")
        }


def display() -> Display:
    """The choices of this request: tried out in it, or else kept in the browser, or in the session."""
    if not has_request_context():
        return Display()
    if "display" not in g:
        kept = g.get("display_kept", "") if carried() else request.cookies.get(_cookie(), "")
        chosen = dict(parse_qsl(kept)) if len(kept) <= LONGEST else {}
        g.display = Display.of({"language": g.get("spoken_there", SOURCE), **chosen}, offered())
    return g.display  # type: ignore[no-any-return]


def prefer(language: str) -> None:
    """Speak what the learning system around us speaks, where nobody chose otherwise."""
    g.spoken_there = language
    g.pop("display", None)
    choose_again()


def recall(kept: str) -> None:
    """Show pages as the session holds it that the address carries."""
    g.display_kept = kept
    g.pop("display", None)
    choose_again()


def try_out(wanted: Display) -> None:
    """Show this page, and only this one, in that way."""
    g.display = wanted
    choose_again()


def keep(wanted: Display, response: Response) -> None:
    """Let the browser keep the choices for a year; nothing where all are defaults."""
    chosen, kinds = written(wanted), _kinds()
    if not chosen:
        response.delete_cookie(_cookie(), httponly=True, **kinds)
        return
    response.set_cookie(_cookie(), chosen, LASTS, httponly=True, **kinds)


def written(wanted: Display) -> str:
    """The choices as they are kept; nothing where all are defaults."""
    chosen = wanted.changed
    if "spoken_there" in g:
        chosen["language"] = wanted.language
    return urlencode(chosen)


def _kinds() -> dict[str, Any]:
    """What kind of cookie it is: the same as that of the session."""
    if g.get("framed"):
        return {"secure": True, "samesite": "None", "partitioned": True}
    return {"secure": current_app.config["SESSION_COOKIE_SECURE"], "samesite": "Lax"}


def _cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-display"
