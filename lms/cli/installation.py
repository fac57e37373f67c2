"""The installation that a command is about."""

import contextlib
from collections.abc import Iterator

from flask_migrate import upgrade

from lms import library
from lms.app import create_app
from lms.cli.telling import settings
from lms.db import db


@contextlib.contextmanager
def installation() -> Iterator[None]:
    """Its database and courses, brought up to date. What a command does not commit is not kept."""
    app = create_app(settings())
    with app.app_context():
        try:
            upgrade()
            library.render_again()
            db.session.commit()
            yield
        finally:
            db.session.remove()
            db.engine.dispose()
