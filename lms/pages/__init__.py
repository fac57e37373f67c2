"""What people see: one blueprint for each noun."""

from lms.pages import (
    areas,
    attempts,
    audit,
    awards,
    certificates,
    comebacks,
    courses,
    exits,
    files,
    healthz,
    help,  # noqa: A004  the page's name
    home,
    lessons,
    paths,
    quizzes,
)

BLUEPRINTS = (
    home.pages,
    courses.pages,
    lessons.pages,
    lessons.checks,
    lessons.enrolments,
    quizzes.pages,
    paths.pages,
    attempts.attempts,
    attempts.question_pages,
    attempts.answers,
    attempts.submissions,
    attempts.results,
    awards.pages,
    certificates.pages,
    certificates.matches,
    comebacks.pages,
    exits.pages,
    help.pages,
    areas.pages,
    audit.pages,
    files.pages,
    healthz.pages,
)
