"""Courses: a trainer's files into a `Course`. Pure; imports only `markup` and `quizzes`."""
