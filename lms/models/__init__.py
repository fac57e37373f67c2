"""Rows: what people did. One noun for each file; all are imported here so that migrations see them."""

from lms.models.area import Area
from lms.models.attempt import Answer, Attempt
from lms.models.audit_event import AuditEvent
from lms.models.award import Award
from lms.models.delivery import Delivery
from lms.models.enrolment import Enrolment, LessonDone
from lms.models.fact import FactVersion
from lms.models.heartbeat import Heartbeat
from lms.models.identity import Identity
from lms.models.invitation import Invitation
from lms.models.launch_transaction import LaunchTransaction
from lms.models.platform import Deployment, Platform
from lms.models.resource_link import ResourceLink
from lms.models.revision import Blob, CourseState, Publication, Rendering, Revision
from lms.models.session import Session
from lms.models.throttle import Throttle
from lms.models.tool_key import ToolKey
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
    "Deployment",
    "Enrolment",
    "FactVersion",
    "Heartbeat",
    "Identity",
    "Invitation",
    "LaunchTransaction",
    "LessonDone",
    "Platform",
    "Publication",
    "Rendering",
    "ResourceLink",
    "Revision",
    "Session",
    "Throttle",
    "ToolKey",
    "User",
]
