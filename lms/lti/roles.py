"""What a person is in the course a launch came from."""

from collections.abc import Iterable
from typing import Literal

Role = Literal["learner", "instructor"]

_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
_STAFF = {"Instructor", "TeachingAssistant", "Administrator", "ContentDeveloper", "Manager"}
_LEARNERS = {"Learner", "Mentor", "Member"}


def role_of(roles: Iterable[str]) -> Role:
    """Whether someone teaches in this course. What they are elsewhere in the institution gives them nothing
    here, unless they are an administrator of it and nothing in the course: then they look after it.

    Mentors look on, so they learn as anybody does; a role that is not known is a learner's.
    """
    here = {
        _short(role)
        for role in roles
        if "/" not in role or role.startswith((f"{_MEMBERSHIP}#", f"{_MEMBERSHIP}/"))
    }
    if here & _STAFF:
        return "instructor"
    elsewhere = {_short(role) for role in roles}
    return "instructor" if not here & _LEARNERS and "Administrator" in elsewhere else "learner"


def _short(role: str) -> str:
    return role.rpartition("#")[2] if "#" in role else role.rpartition("/")[2]
