"""Rows: what people did. One noun for each file; all are imported here so that migrations see them."""

from lms.models.area import Area
from lms.models.attempt import Answer, Attempt
from lms.models.audit_event import AuditEvent
from lms.models.award import Award
from lms.models.delivery import Delivery
from lms.models.enrolment import Enrolment, LessonDone
from lms.models.fact import FactVersion
from lms.models.heartbeat import Heartbeat
from lms.models.revision import Blob, CourseState, Publication, Rendering, Revision
from lms.models.session import Session
from lms.models.throttle import Throttle
from lms.models.user import User

__all__ = [
    "Answer",
    "Area",
    "Attempt",
    "AuditEvent",
    "Award",
    "Blob",
    "CourseState",
    "Delivery",
    "Enrolment",
    "FactVersion",
    "Heartbeat",
    "LessonDone",
    "Publication",
    "Rendering",
    "Revision",
    "Session",
    "Throttle",
    "User",
]
