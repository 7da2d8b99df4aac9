"""Autograded exercises: what each asks, how it is checked, and what lesson cells call."""

from dlcourse.exercises.in_notebook import check, compare_guess, quiz
from dlcourse.exercises.lookup import catalogue, exercises, questions

__all__ = ["catalogue", "check", "compare_guess", "exercises", "questions", "quiz"]
