"""By what a wrong list differs from the right one, item by item: too much, missing, or one entry of each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises.engine.wording import short

_PLACES = ("first", "second", "third", "fourth")


def of_items(pairs: Iterable[tuple[Any, Any]]) -> str | None:
    """What holds of all these results, each (expected, got); None where they are no lists of plain items."""
    try:
        lists = [(_items(due), _items(got)) for due, got in pairs]
    except TypeError:
        return None
    too_much = [list((Counter(got) - Counter(due)).elements()) for due, got in lists]
    missing = [list((Counter(due) - Counter(got)).elements()) for due, got in lists]
    if not any(missing) and all(too_much):
        return f"All that is expected is in your list, but {_shown(too_much[0])} is too much."
    if not any(too_much) and all(missing):
        return f"All that is in your list is right, but {_shown(missing[0])} is missing."
    if not any(missing) and not any(too_much):
        return "Your list has the expected items in another order."
    return _of_one_entry(lists)


def _items(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError("no list")
    return list(map(_plain, value))


def _plain(item: Any) -> Any:
    """Hashable, and the same for all that count as the same."""
    if isinstance(item, list | tuple):
        return tuple(map(_plain, item))
    if isinstance(item, np.integer):
        return int(item)
    if isinstance(item, str | int):
        return item
    raise TypeError("nothing plain")


def _shown(items: Sequence[Any]) -> str:
    return short(items[0]) + (", for one," if len(items) > 1 else "")


def _of_one_entry(lists: Sequence[tuple[list[Any], list[Any]]]) -> str | None:
    """Where the items are wrong in one of their entries alone."""
    if not all(len(due) == len(got) for due, got in lists):
        return None
    items = [pair for due, got in lists for pair in zip(due, got, strict=True)]
    if not all(type(a) is type(b) is tuple and len(a) == len(b) for a, b in items):
        return None
    wrong = {k for a, b in items for k, (x, y) in enumerate(zip(a, b, strict=True)) if x != y}
    most = max((len(due) for due, _ in items), default=0)
    if len(wrong) != 1 or not 1 < most <= len(_PLACES):
        return None
    return f"In this test only the {_PLACES[min(wrong)]} entry of an item is wrong; the others are right."
