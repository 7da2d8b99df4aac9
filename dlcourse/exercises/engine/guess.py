"""A guess beside what was measured, in one line."""

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any

from dlcourse.course.language import tr


def compared(guess: object, measured: object, what: str, among: Sequence[object] = ()) -> str:
    """`among` are the answers to choose from, where it is a choice: one is right or it is not.

    >>> compared(0.5, 0.25, "slope")
    'slope: your guess 0.5, measured 0.25, 2 times smaller.'
    >>> compared(0.02, 0.105, "rate that fails", among=(0.02, 0.05, 0.105))
    'rate that fails: your guess 0.02, measured 0.105: another one.'
    """
    told = {"what": what, "measured": _figure(measured)}
    if guess is None:
        text = tr("{what}: measured {measured}. (No guess yet: write one in place of None.)")
        return text.format(**told)
    number = _read(guess) if isinstance(measured, Real) else guess
    said = _chosen(guess, measured, among) if among or isinstance(measured, str) else _near(number, measured)
    text = tr("{what}: your guess {guess}, measured {measured}{verdict}.")
    return text.format(guess=_figure(guess), verdict=said, **told)


def _read(guess: object) -> object:
    """The number that a guess is, be it written as text: "0.5", "50%", "50 %"."""
    if not isinstance(guess, str):
        return guess
    text = guess.strip()
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return guess


def _near(guess: Any, measured: Any) -> str:
    if not (_is_number(guess) and _is_number(measured)):
        return ""
    if 0 < measured <= 1 < guess <= 100 and 0.5 < guess / (100 * measured) < 2:
        return tr("; as a share, {guess} % is {share}{distance}").format(
            guess=_figure(guess), share=_figure(guess / 100), distance=_distance(guess / 100, measured)
        )
    return _distance(guess, measured)


def _chosen(guess: object, measured: object, among: Sequence[object]) -> str:
    if not isinstance(guess, str | Real):
        return tr(": put a word or a letter into quotes")
    if str(guess).strip().lower() == str(measured).lower():
        return tr(": right")
    return tr(": another one") if among else ""


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and _float(value) is not None


def _float(value: Any) -> float | None:
    try:
        return float(value)
    except OverflowError:  # an integer of hundreds of digits
        return None


def _figure(value: object) -> str:
    if not isinstance(value, Real) or isinstance(value, bool):
        return str(value)[:200]
    number = _float(value)
    return tr("a number of hundreds of digits") if number is None else f"{number:.3g}"


def _distance(guess: Any, measured: Any) -> str:
    ratio = float(measured) / float(guess) if guess else math.nan
    if not 0 < ratio < math.inf:
        return ""
    if 0.9 <= ratio <= 1.1:
        return tr(", close")
    text = tr(", {number} times larger") if ratio > 1 else tr(", {number} times smaller")
    return text.format(number=f"{max(ratio, 1 / ratio):.2g}")
