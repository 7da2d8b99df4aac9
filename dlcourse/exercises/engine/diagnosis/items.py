"""By what a wrong list differs from the right one, item by item: too much, missing, or one entry of each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from dlcourse.course.language import Phrase, phrase
from dlcourse.exercises.engine.wording import short

_ONLY_ENTRY = (
    phrase("In this test only the first entry of an item is wrong; the others are right."),
    phrase("In this test only the second entry of an item is wrong; the others are right."),
    phrase("In this test only the third entry of an item is wrong; the others are right."),
    phrase("In this test only the fourth entry of an item is wrong; the others are right."),
)


def of_items(pairs: Iterable[tuple[Any, Any]]) -> Phrase | None:
    """What holds of all these results, each (expected, got); None where they are no lists of plain items."""
    try:
        lists = [(_items(due), _items(got)) for due, got in pairs]
    except TypeError:
        return None
    too_much = [list((Counter(got) - Counter(due)).elements()) for due, got in lists]
    missing = [list((Counter(due) - Counter(got)).elements()) for due, got in lists]
    if not any(missing) and all(too_much):
        return _too_much(too_much[0])
    if not any(too_much) and all(missing):
        return _missing(missing[0])
    if not any(missing) and not any(too_much):
        return phrase("Your list has the expected items in another order.")
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


def _too_much(items: Sequence[Any]) -> Phrase:
    if len(items) == 1:
        return phrase("All that is expected is in your list, but {item} is too much.", item=short(items[0]))
    return phrase(
        "All that is expected is in your list, but {item}, for one, is too much.", item=short(items[0])
    )


def _missing(items: Sequence[Any]) -> Phrase:
    if len(items) == 1:
        return phrase("All that is in your list is right, but {item} is missing.", item=short(items[0]))
    return phrase("All that is in your list is right, but {item}, for one, is missing.", item=short(items[0]))


def _of_one_entry(lists: Sequence[tuple[list[Any], list[Any]]]) -> Phrase | None:
    """Where the items are wrong in one of their entries alone."""
    if not all(len(due) == len(got) for due, got in lists):
        return None
    items = [pair for due, got in lists for pair in zip(due, got, strict=True)]
    if not all(type(a) is type(b) is tuple and len(a) == len(b) for a, b in items):
        return None
    wrong = {k for a, b in items for k, (x, y) in enumerate(zip(a, b, strict=True)) if x != y}
    most = max((len(due) for due, _ in items), default=0)
    if len(wrong) != 1 or not 1 < most <= len(_ONLY_ENTRY):
        return None
    return _ONLY_ENTRY[min(wrong)]
