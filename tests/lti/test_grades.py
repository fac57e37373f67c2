"""Marks reach the gradebook: the one that counts, in the end, whatever happens on the way."""

import pytest
from flask import Flask

from tests.lms import small_course
from tests.lti.earning import arrive, deliveries, earn, send_all
from tests.lti.platform import Platform


@pytest.fixture(autouse=True)
def small(app: Flask) -> None:
    """A course of one lesson and one quiz of three questions, of which the best attempt counts."""
    small_course.publish(app, small_course.bundle())


def test_a_mark_becomes_a_grade(app: Flask, platform: Platform) -> None:
    """Whoever hands in has their mark in the column that the launch named, and is not asked for twice."""
    platform.gradebook.add(label="Small", scoreMaximum=100)
    arrive(app, platform, line_item=1)
    with app.app_context():
        assert deliveries() == []
        earn(platform, 2)
        assert [each.state for each in deliveries()] == ["waiting"]
        send_all()
        (held,) = deliveries()
        assert (held.state, held.wanted, held.sent, held.last_error) == ("sent", 1, 1, "")
    grade = platform.grade("learner-1")
    assert grade and (grade.given, grade.most) == (66, 100)
    assert platform.count("token") == platform.count("scores") == 1
