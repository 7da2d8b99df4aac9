"""What the reference may be asked otherwise, with arguments swapped, one ignored, negated, one step off, and
what may be done to the list or tuple that it returns.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import Any, NamedTuple

import numpy as np

from dlcourse.course.language import phrase

MAX_TRIED = 48  # other calls of the first wrong call; those alike are then asked of the others
MAX_BYTES = 1 << 15  # of a call that is tried otherwise
Arguments = Mapping[str, Any]
Change = Callable[[Arguments], Arguments | None]  # None where there is nothing to change


class Counterfactual(NamedTuple):
    sentence: str
    change: Change


def counterfactuals(given: Arguments, defaults: Arguments) -> Iterator[Counterfactual]:
    """Those to try of a call with these arguments."""
    yield from (_swapped(a, b) for a, b in combinations(given, 2) if _of_one_kind(given[a], given[b]))
    for name, value in given.items():
        if name in defaults and not _equal(value, defaults[name]):
            yield _with(
                name,
                defaults[name],
                phrase("`{name}` makes no difference: the default is used whatever it is.", name=name),
            )
        if _is_number(value):
            yield from _numbers(name, value)
        elif isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "iuf":
            yield from _arrays(name)


def _numbers(name: str, value: Any) -> Iterator[Counterfactual]:
    yield _with(name, 0, phrase("It is as if `{name}` were 0, whatever it is.", name=name))
    yield _with(name, 1, phrase("It is as if `{name}` were 1, whatever it is.", name=name))
    yield _changed(name, lambda v: -v, phrase("It is as if `{name}` had the other sign.", name=name))
    if isinstance(value, int | np.integer) or np.asarray(value).dtype.kind in "iu":
        yield _changed(
            name, lambda v: v - 1, phrase("It is as if `{name}` were one less than it is.", name=name)
        )
        yield _changed(
            name, lambda v: v + 1, phrase("It is as if `{name}` were one more than it is.", name=name)
        )
    else:
        yield _changed(
            name, lambda v: 1 - v, phrase("`{name}` and 1 − `{name}` have changed places.", name=name)
        )
        yield _changed(name, lambda v: v * v, phrase("It is as if `{name}` were squared.", name=name))
        yield _changed(
            name, lambda v: v / 2, phrase("It is as if `{name}` were half of what it is.", name=name)
        )
        yield _changed(
            name, lambda v: v * 2, phrase("It is as if `{name}` were twice what it is.", name=name)
        )


def _arrays(name: str) -> Iterator[Counterfactual]:
    yield _changed(name, np.zeros_like, phrase("It is as if `{name}` were 0: it is not used.", name=name))
    yield _changed(name, lambda v: -v, phrase("It is as if `{name}` had the other sign.", name=name))
    yield _changed(name, np.abs, phrase("It is as if `{name}` had no sign.", name=name))
    yield _changed(name, lambda v: v[::-1], phrase("It is as if `{name}` were in reverse order.", name=name))
    yield _changed(name, np.trunc, phrase("It is as if `{name}` were cut to whole numbers.", name=name))


def _swapped(a: str, b: str) -> Counterfactual:
    sentence = phrase("It is as if `{a}` and `{b}` had changed places.", a=a, b=b)
    return Counterfactual(sentence, lambda given: {**given, a: given[b], b: given[a]})


def _with(name: str, value: Any, sentence: str) -> Counterfactual:
    return Counterfactual(sentence, lambda given: {**given, name: value} if name in given else None)


def _changed(name: str, change: Callable[[Any], Any], sentence: str) -> Counterfactual:
    return Counterfactual(
        sentence, lambda given: {**given, name: change(given[name])} if name in given else None
    )


def _is_number(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "iuf"
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _of_one_kind(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return bool(a.shape == b.shape)
    return _is_number(a) and _is_number(b)


def _equal(a: Any, b: Any) -> bool:
    return type(a) is not np.ndarray and type(b) is not np.ndarray and bool(a == b)


# ---- what becomes of several results ----


def edits(result: Any, parts: Sequence[str]) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """A sentence and a change, for each that this result may be handed back with."""
    if isinstance(result, tuple) and len(result) == len(parts) > 1:
        orders = list(permutations(range(len(parts))))[1:]
        yield from (_reordered(order, parts) for order in orders if len(parts) < 4)
        yield from (_alone(i, name) for i, name in enumerate(parts))
        yield phrase("The results are stacked to one array, and that is transposed."), np.transpose
    elif isinstance(result, list):
        yield from _LISTS.items()


def _reordered(order: Sequence[int], parts: Sequence[str]) -> tuple[str, Callable[[Any], Any]]:
    came, due = (", ".join(names) for names in ([parts[i] for i in order], parts))
    sentence = phrase("The results are in the order ({came}); it must be ({due}).", came=came, due=due)
    return sentence, lambda result: tuple(result[i] for i in order)


def _alone(i: int, name: str) -> tuple[str, Callable[[Any], Any]]:
    return phrase(
        "Only `{name}` is returned: the other results are missing.", name=name
    ), lambda result: result[i]


_LISTS: dict[str, Callable[[Any], Any]] = {
    phrase("Your list is the expected one without its first item."): lambda result: result[1:],
    phrase("Your list is the expected one without its last item."): lambda result: result[:-1],
    phrase("Your list is the expected one in reverse order."): lambda result: result[::-1],
    phrase("Your list is only the first item of the expected one."): lambda result: result[:1],
    phrase("Your list is only the last item of the expected one."): lambda result: result[-1:],
    phrase("Your result is the first item of the expected list, not a list of them all."): lambda result: (
        result[0]
    ),
    phrase("Your result is the last item of the expected list, not a list of them all."): lambda result: (
        result[-1]
    ),
    phrase("Your list is empty."): lambda result: [],
}
