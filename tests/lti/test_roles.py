"""What somebody may do here, by what they are in the course that they come from."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.lti.roles import role_of

CORE = "http://purl.imsglobal.org/vocab/lis/v2/membership"
ELSEWHERE = (
    "http://purl.imsglobal.org/vocab/lis/v2/institution/person",
    "http://purl.imsglobal.org/vocab/lis/v2/system/person",
)
STAFF = ("Instructor", "Administrator", "ContentDeveloper", "Manager")
OTHERS = ("Learner", "Mentor", "Member", "Officer", "None", "Student", "Observer", "")

staff = st.sampled_from(
    [f"{CORE}#{name}" for name in STAFF] + [*STAFF, f"{CORE}/Instructor#TeachingAssistant"]
)
others = st.sampled_from([f"{CORE}#{name}" for name in OTHERS] + [*OTHERS, f"{CORE}/Learner#GuestLearner"])
elsewhere = st.builds(
    lambda base, name: f"{base}#{name}",
    st.sampled_from(ELSEWHERE),
    st.sampled_from(("Instructor", "Student", "Faculty", "Staff", "Guest", "None", "Mentor", "Learner")),
)
anything = st.one_of(st.text(max_size=80), others, elsewhere)


@given(st.lists(anything), staff, st.lists(anything))
def test_whoever_teaches_in_the_course_teaches(before: list[str], teaches: str, after: list[str]) -> None:
    """One role of staff in the course is enough, wherever it stands, short or in full."""
    assert role_of([*before, teaches, *after]) == "instructor"


@given(st.lists(st.one_of(others, elsewhere)))
def test_teaching_elsewhere_gives_nothing_here(roles: list[str]) -> None:
    """Staff of the institution who learn in this course, or are nothing in it, are learners."""
    assert role_of(roles) == "learner"


@given(st.lists(st.text(max_size=200)))
def test_what_is_not_known_is_a_learner(roles: list[str]) -> None:
    """Whatever a platform sends: only the words of the standard make anybody more than a learner."""
    words = {role.rpartition("#")[2] if "#" in role else role.rpartition("/")[2] for role in roles}
    if not words & {*STAFF, "TeachingAssistant"}:
        assert role_of(roles) == "learner"


@given(st.lists(st.one_of(anything, staff)), st.randoms())
def test_order_and_repetition_do_not_matter(roles: list[str], random: Any) -> None:
    """Roles are a set."""
    mixed = [*roles, *roles]
    random.shuffle(mixed)
    assert role_of(mixed) == role_of(roles)


@given(
    st.text(
        alphabet=st.characters(blacklist_characters="#/", blacklist_categories=("Cs",)),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(STAFF),
)
def test_another_vocabulary_says_nothing_about_the_course(host: str, name: str) -> None:
    """A role that somebody else made up gives nothing, though its last word be the same, even an administrator's."""
    role = f"https://{host}.example/roles#{name}"
    assert role_of([role]) == role_of([role, f"{CORE}#Learner"]) == "learner"


in_the_course = st.one_of(
    others.filter(bool),
    st.text("abcNS", min_size=1).map(lambda name: f"{CORE}#{name}"),
    st.builds(
        "{}/{}#{}".format, st.just(CORE), st.sampled_from(("Learner", "Mentor")), st.sampled_from(STAFF)
    ),
)
administrators = st.sampled_from([f"{where}#Administrator" for where in ELSEWHERE])


@given(st.lists(in_the_course, min_size=1), st.lists(st.one_of(administrators, elsewhere)))
def test_whoever_is_anything_in_the_course_is_that(here: list[str], there: list[str]) -> None:
    """Any role in the course, of whatever kind, counts alone: then administrators of the institution are nobody."""
    assert role_of([*there, *here]) == role_of(here) == "learner"


@given(st.lists(elsewhere), administrators, st.lists(elsewhere))
def test_administrators_look_after_courses(before: list[str], role: str, after: list[str]) -> None:
    """Administrators of the institution or of the whole system, who are nothing in the course, may see to it."""
    assert role_of([*before, role, *after]) == "instructor"


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([f"{CORE}#Instructor"], "instructor"),
        ([f"{CORE}#Learner"], "learner"),
        ([f"{CORE}#Mentor"], "learner"),
        ([f"{CORE}/Instructor#TeachingAssistant", f"{CORE}#Instructor"], "instructor"),
        ([f"{CORE}#TeachingAssistant"], "instructor"),
        (["Instructor"], "instructor"),
        (["Learner"], "learner"),
        (["TeachingAssistant"], "instructor"),
        ([f"{ELSEWHERE[0]}#Instructor", f"{CORE}#Learner"], "learner"),
        ([f"{ELSEWHERE[0]}#Instructor"], "learner"),
        ([f"{ELSEWHERE[1]}#Administrator"], "instructor"),
        ([f"{ELSEWHERE[0]}#Administrator", f"{CORE}#Learner"], "learner"),
        (
            [f"{ELSEWHERE[0]}#Administrator", f"{ELSEWHERE[1]}#Administrator", f"{CORE}#Instructor"],
            "instructor",
        ),
        ([f"{ELSEWHERE[0]}#Administrator", f"{CORE}/Learner#GuestLearner"], "learner"),
        ([f"{CORE}/Learner#Instructor"], "learner"),
        ([f"{ELSEWHERE[0]}-of-ours#Administrator"], "learner"),
        (["https://other.example/roles#Administrator"], "learner"),
        ([f"{CORE}s-of-ours#Instructor"], "learner"),
        (["urn:lti:role:ims/lis/Instructor"], "learner"),
        ([], "learner"),
        ([""], "learner"),
    ],
    ids=str,
)
def test_each_role_by_name(roles: list[str], expected: str) -> None:
    """Those of the standard, of Moodle and of Canvas, and the ones that trip other tools."""
    assert role_of(roles) == expected
