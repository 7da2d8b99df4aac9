"""Data that the lessons train on."""

from dlcourse.datasets.handwritten import Digits, digits
from dlcourse.datasets.surfaces import Surface, beale, ravine, rosenbrock, saddle
from dlcourse.datasets.toys import moons, spirals, xor

__all__ = [
    "Digits",
    "Surface",
    "beale",
    "digits",
    "moons",
    "ravine",
    "rosenbrock",
    "saddle",
    "spirals",
    "xor",
]
