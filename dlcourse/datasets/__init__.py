"""Data that the lessons train on."""

from dlcourse.datasets.digits import Digits, digits

__all__ = ["Digits", "digits"]
