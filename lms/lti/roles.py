"""What a person is in the course a launch came from."""

import re
from collections.abc import Collection
from typing import Literal

Role = Literal["learner", "instructor"]

_VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"
_HERE = (f"{_VOCABULARY}membership#", f"{_VOCABULARY}membership/")
_STAFF = {"Instructor", "TeachingAssistant", "Administrator", "ContentDeveloper", "Manager"}
_ADMINISTRATORS = {f"{_VOCABULARY}{where}/person#Administrator" for where in ("institution", "system")}


def role_of(roles: Collection[str]) -> Role:
    """Whether someone teaches in this course. What they are elsewhere in the institution gives them nothing
    here, unless they are an administrator of it and nothing in the course: then they look after it.

    Mentors look on, so they learn as anybody does; a role that is not known is a learner's.
    """
    here = [role for role in roles if role.startswith(_HERE) or (role and "/" not in role)]
    teaches = any(map(_teaches, here)) if here else not _ADMINISTRATORS.isdisjoint(roles)
    return "instructor" if teaches else "learner"


def _teaches(role: str) -> bool:
    """`Instructor#TeachingAssistant` is staff as both its parts are; `Learner#Instructor` learns."""
    named = role.removeprefix(_HERE[0]).removeprefix(_HERE[1])
    return _STAFF.issuperset(re.split("[#/]", named))
