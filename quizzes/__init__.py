"""Quizzes: text into a `Quiz`, answers into marks. Pure; imports only `markup`."""
