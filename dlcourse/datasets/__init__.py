"""Data that the lessons train on."""

from dlcourse.datasets.handwritten import Digits, digits
from dlcourse.datasets.toys import xor

__all__ = ["Digits", "digits", "xor"]
