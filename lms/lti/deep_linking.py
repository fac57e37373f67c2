"""A teacher looks for what to link to: the page to choose on, and the one that takes the answer along."""

from flask import g, render_template
from flask_babel import ngettext

from lms.display import prefer
from lms.lti.choices import Shelf
from lms.lti.content_items import Asked, answer
from lms.lti.launch import Launch


def opened(launch: Launch) -> str:
    """The answer to a launch that was checked: the page to choose on. Raises `Refused`."""
    return to_choose(Asked.by(launch), Shelf.of())


def to_choose(asked: Asked, shelf: Shelf, error: object = "") -> str:
    """The page to choose on, in the language of the platform around it."""
    g.framers = asked.sender.frames
    prefer(asked.language)
    return render_template("lti/choose.html", asked=asked, shelf=shelf, error=error)


def to_send(asked: Asked, shelf: Shelf) -> str:
    """The page that takes our answer to the platform: by a script, or by its button."""
    g.framers, g.forms_to = asked.sender.frames, asked.origin
    prefer(asked.language)
    number = len(shelf.picked)
    said = ngettext("%(num)s link was chosen.", "%(num)s links were chosen.", number) if number else ""
    message = answer(asked, shelf.picked, said)
    return render_template("lti/send.html", asked=asked, picked=shelf.picked, message=message)
