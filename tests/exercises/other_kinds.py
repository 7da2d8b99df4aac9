"""The reference's results in every other kind that the checks take for them: who passes so goes on so."""

import functools

import numpy as np

from dlcourse.exercises import exercises
from dlcourse.exercises.engine.calls import run_locally


def lists(value):
    """Lists for arrays and tuples, Python's numbers for NumPy's, as who knows no NumPy writes it."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return _each(lists, value) if isinstance(value, list | tuple) else value


def arrays(value):
    """Arrays without axes for single numbers."""
    if isinstance(value, list | tuple | dict):
        return _each(arrays, value)
    return np.array(value) if isinstance(value, float | int | np.generic) else value


def integers(value):
    """Integers wherever nothing is lost by it."""
    if isinstance(value, list | tuple | dict):
        return _each(integers, value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and _whole(value):
        return value.astype(int)
    return int(value) if isinstance(value, float | np.floating) and _whole(value) else value


def floats(value):
    """Floats for integers."""
    if isinstance(value, list | tuple | dict):
        return _each(floats, value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "i":
        return value.astype(float)
    return float(value) if isinstance(value, int | np.integer) else value


def _each(form, items):
    if isinstance(items, dict):
        return {key: form(item) for key, item in items.items()}
    return [form(item) for item in items] if form is lists else type(items)(map(form, items))


def _whole(value):
    return bool(np.all(np.isfinite(value) & (np.abs(value) < 2**53)) and np.all(value == np.trunc(value)))


def numberless(value):
    return arrays(integers(value))


FORMS = (lists, arrays, integers, floats)


def answer(name, form):
    """The reference of that name, its results in that form; as they are where that does not pass."""
    exercise = exercises()[name]

    @functools.wraps(exercise.reference)
    def formed(*args, **kwargs):
        return form(exercise.reference(*args, **kwargs))

    @functools.wraps(exercise.reference)
    def plain(*args, **kwargs):
        return exercise.reference(*args, **kwargs)

    passed = exercise.judge(lambda calls: run_locally(formed, calls)).status == "passed"
    chosen = formed if passed else plain
    chosen.__module__ = __name__
    return chosen
