"""The reference's results in every other kind that the checks take for them."""

import functools

import numpy as np

from dlcourse.exercises import exercises
from dlcourse.exercises.engine.calls import run_locally


def lists(value):
    """Lists for arrays and tuples, Python's numbers for NumPy's, as who knows no NumPy writes it."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return [lists(item) for item in value] if isinstance(value, list | tuple) else value


def arrays(value):
    """Arrays without axes for single numbers, and integers wherever nothing is lost by it."""
    if isinstance(value, list | tuple | dict):
        return _each(arrays, value)
    if not isinstance(value, np.ndarray | np.generic | float | int):
        return value
    array = np.array(value)
    return array.astype(int) if array.dtype.kind == "f" and _whole(array) else array


def floats(value):
    """Floats for integers; a dict is the caller's, handed back."""
    if isinstance(value, list | tuple):
        return _each(floats, value)
    if isinstance(value, np.ndarray):
        return value.astype(float) if value.dtype.kind == "i" else value
    return float(value) if isinstance(value, int | np.integer) else value


FORMS = (lists, arrays, floats)


def _each(form, items):
    if isinstance(items, dict):
        return {key: form(item) for key, item in items.items()}
    return type(items)(map(form, items))


def _whole(array):
    return bool(np.all(np.abs(array) < 2**53) and np.all(array == np.trunc(array)))


def answer(name, form):
    """The reference of that name, its results in that form; as they are where that does not pass."""
    exercise = exercises()[name]
    formed = _ours(exercise.reference, form)
    passed = exercise.judge(lambda calls: run_locally(formed, calls)).status == "passed"
    return formed if passed else _ours(exercise.reference, lambda value: value)


def _ours(reference, form):
    @functools.wraps(reference)
    def formed(*args, **kwargs):
        return form(reference(*args, **kwargs))

    formed.__module__ = __name__  # else `check` takes it for the reference
    return formed
