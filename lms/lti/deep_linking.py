"""A teacher looks for what to link to."""

from werkzeug.wrappers import Response

from lms.lti.launch import Launch


def opened(launch: Launch) -> Response | str:
    """The page to choose from."""
    raise NotImplementedError
