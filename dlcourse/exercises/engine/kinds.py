"""The kinds that results come in: right answers may return lists where the reference has arrays or tuples,
or arrays without axes where it has Python's numbers.

Its points are the same. Whoever goes on with its results, the lesson's later cells and the exercises that
build on it, is given them in the kinds of the reference.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Convert = Callable[[Any], Any]


def of_another_kind(due: Any, got: Any) -> bool:
    """Whether `got`, of the same numbers, cannot be used as `due` is: a list for an array, say."""
    if isinstance(due, np.ndarray):
        return isinstance(got, list | tuple)
    if isinstance(due, list | tuple):
        return type(got) is not type(due) or any(map(of_another_kind, due, got))
    if isinstance(due, dict):
        return any(of_another_kind(due[key], got[key]) for key in due)
    return type(due) in (int, float) and isinstance(got, np.ndarray)


def in_kind(function: Callable[..., Any], results: Sequence[Any]) -> Callable[..., Any]:
    """The function, its results in the kind of `results`, which the reference has returned."""
    convert = _conversion(results)

    @functools.wraps(function)
    def converted(*args: Any, **kwargs: Any) -> Any:
        return convert(function(*args, **kwargs))

    return converted


def _conversion(results: Sequence[Any]) -> Convert:
    if any(isinstance(result, np.ndarray) for result in results):
        return lambda value: np.asarray(value) if isinstance(value, list | tuple) else value
    if results and all(type(result) is list for result in results):
        item = _conversion([item for result in results for item in result])
        return lambda value: list(map(item, value))
    if results and all(type(result) is tuple for result in results):
        return _of_tuples(results)
    if results and all(type(result) is dict for result in results):
        item = _conversion([item for result in results for item in result.values()])
        return lambda value: {key: item(entry) for key, entry in value.items()}
    return lambda value: (
        value[()] if isinstance(value, np.ndarray) else value
    )  # np.array(1.0)[()] is a number


def _of_tuples(results: Sequence[tuple[Any, ...]]) -> Convert:
    """Each place by itself where there are always as many."""
    if len({len(result) for result in results}) > 1:
        item = _conversion([item for result in results for item in result])
        return lambda value: tuple(map(item, value))
    places = [_conversion(column) for column in zip(*results, strict=True)]
    return lambda value: tuple(convert(item) for convert, item in zip(places, value, strict=True))
