"""What the reference's arrays have in common: their floats, their blocks, and what an argument must be."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from numbers import Real
from operator import index
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

# Floats of any width. Where an array would have no axes, NumPy gives the number itself.
Floats: TypeAlias = NDArray[np.floating[Any]]

# Entries of a large array worked on at once, few enough to stay in the cache meanwhile.
KERNEL_BLOCK = 2**16  # a function of a few terms
STEP_BLOCK = 2**15  # an optimizer's dozen terms; the C library keeps the small temporaries for reuse


def as_float(x: ArrayLike) -> Floats:
    """x as an array of floats: float16, 32 and 64 stay, all else becomes float64. Behind all lessons.

    Args:
        x: real numbers, any shape.

    Returns:
        x's shape; x itself where it is an array of floats.

    Raises:
        ValueError: for what is no real number, such as text.

    >>> as_float([1, 2]).dtype, as_float(np.float32(1)).dtype
    (dtype('float64'), dtype('float32'))
    """
    array = np.asarray(x)
    if array.dtype.kind == "f":
        return array
    if not _is_real(array):
        raise ValueError(f"real numbers are needed, not {array.dtype} such as {array.flat[:3].tolist()}")
    return array.astype(np.float64)


def _is_real(array: NDArray[Any]) -> bool:
    """Whole numbers, truth values, and objects such as fractions; NumPy would make nan of None."""
    if array.dtype.kind == "O":
        return all(isinstance(each, Real) for each in array.flat)
    return array.dtype.kind in "biu"


def as_floats(**arrays: ArrayLike) -> list[Floats]:
    """Several arrays `as_float`. Behind all lessons.

    Args:
        arrays: real numbers, all of one shape, by the name that an error is to give them.

    Returns:
        The arrays, in their order.

    Raises:
        ValueError: with their names and shapes, where those are not one shape.

    >>> as_floats(x=[1, 2], upstream=[3.0, 4.0])
    [array([1., 2.]), array([3., 4.])]
    """
    values = [as_float(value) for value in arrays.values()]
    if any(value.shape != values[0].shape for value in values):
        shapes = ", ".join(f"{name} {value.shape}" for name, value in zip(arrays, values, strict=True))
        raise ValueError(f"arrays of different shapes: {shapes}")
    return values


def in_blocks(kernel: Callable[..., object], *arrays: Floats, **settings: float) -> Floats:
    """An element-wise function of several terms, worked out in parts that stay in the cache.

    Behind lessons 03 and 04.

    Args:
        kernel: called as kernel(*parts, out, **settings); it writes its result to out.
        arrays: floats of one shape.
        settings: handed to the kernel.

    Returns:
        The whole result, of that shape and the last array's dtype.

    >>> in_blocks(np.hypot, np.array([3.0, 6.0]), np.array([4.0, 8.0]))
    array([ 5., 10.])
    """
    whole = np.empty(arrays[-1].shape, arrays[-1].dtype)
    if whole.size <= KERNEL_BLOCK:
        kernel(*arrays, whole, **settings)
        return whole[()]
    flat = [array.reshape(-1) for array in (*arrays, whole)]
    for i in range(0, whole.size, KERNEL_BLOCK):
        kernel(*[array[i : i + KERNEL_BLOCK] for array in flat], **settings)
    return whole


@lru_cache
def row_of_ones(n: int, dtype: DTypeLike) -> Floats:
    """n ones, whose product with a batch sums it two to three times as fast as `sum`. Behind all lessons.

    Args:
        n: how many.
        dtype: of the batch.

    Returns:
        (n,), read-only, since all who ask get the same.

    >>> row_of_ones(2, np.float64) @ np.array([[1.0, 2.0], [3.0, 4.0]])
    array([4., 6.])
    """
    ones: Floats = np.ones(n, dtype)
    ones.flags.writeable = False
    return ones


def class_indices(labels: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Class labels as int64, checked against the shape of their logits. Behind all lessons.

    Args:
        labels: (n,) whole numbers in [0, k), n ≥ 1, of any dtype: a column of a float array may hold them,
            and truth values are 0 and 1.
        shape: (n, k).

    Returns:
        (n,).

    Raises:
        ValueError: where these do not fit.

    >>> class_indices([1.0, 0.0], (2, 3))
    array([1, 0])
    """
    labels = np.asarray(labels)
    if len(shape) != 2 or labels.shape != shape[:1] or labels.size == 0:
        raise ValueError(f"logits must be (n, k) and labels (n,) with n ≥ 1, not {shape} and {labels.shape}")
    if labels.dtype.kind not in "biuf":
        raise ValueError(f"labels must be whole numbers, not {labels.dtype} such as {labels[:3].tolist()}")
    with np.errstate(invalid="ignore"):  # a nan or ∞ becomes some number, which it does not equal
        indices = labels.astype(np.int64)
    if np.any(indices != labels):
        raise ValueError(
            f"labels must be whole numbers, not {labels.dtype} such as {labels[indices != labels][0]}"
        )
    # Seen as unsigned, a negative label is huge: one comparison finds both ends.
    if indices.view(np.uint64).max() >= shape[1]:
        raise ValueError(f"labels must be in [0, {shape[1]}), not {indices.min()} … {indices.max()}")
    return indices


@overload
def positive(name: str, value: float) -> float: ...
@overload
def positive(name: str, value: Floats) -> Floats: ...
def positive(name: str, value: float | Floats) -> float | Floats:
    """A setting that must be above 0 and finite, a float where it is one number. Behind all lessons.

    Args:
        name: of the setting, for the error.
        value: a number or an array.

    Returns:
        The value.

    Raises:
        ValueError: with the name, for another value.

    >>> positive("eps", 1)
    1.0
    """
    if not (np.all(np.greater(value, 0)) and np.all(np.isfinite(value))):
        raise ValueError(f"{name} must be positive and finite, not {value}")
    return float(value) if np.ndim(value) == 0 else value


def not_negative(name: str, value: float) -> float:
    """A setting that must be at least 0 and finite. Behind lesson 11.

    Args:
        name: of the setting, for the error.
        value: a number.

    Returns:
        The value.

    Raises:
        ValueError: with the name, for another value.

    >>> not_negative("k", 0)
    0.0
    """
    if not 0 <= value < np.inf:
        raise ValueError(f"{name} must be a number that is not negative, not {value}")
    return float(value)


def fraction(name: str, value: float) -> float:
    """A setting that must be in [0, 1). Behind lessons 04, 07, 08 and 10.

    Args:
        name: of the setting, for the error.
        value: a number.

    Returns:
        The value.

    Raises:
        ValueError: with the name, for another value.

    >>> fraction("mu", 0)
    0.0
    """
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be in [0, 1), not {value}")
    return float(value)


def count(name: str, value: int, least: int = 1) -> int:
    """A setting that counts something, such as the units of a layer. Behind all lessons.

    Args:
        name: of the setting, for the error.
        value: a whole number, as an int of Python or NumPy: 2.0 is none.
        least: what it must be at least.

    Returns:
        The value.

    Raises:
        ValueError: with the name, for another value.

    >>> count("patience", np.int64(3))
    3
    """
    try:
        whole = index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number, not {value!r}") from None
    if whole < least:
        raise ValueError(f"{name} must be at least {least}, not {value}")
    return whole
