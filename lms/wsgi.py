"""The application as a web server loads it."""

from lms.app import create_app
from lms.settings import Settings

app = create_app(Settings.from_env())
