"""Arrays in .npz files, which are there whole or not at all and cannot run code."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from dlcourse.course.files import write_whole


def write_npz(path: str | os.PathLike, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays beside the file, then rename: a crash leaves the old file or the new. Behind every lesson.

    Raises OSError where the folder cannot be written to.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_npz(f"{folder}/a.npz", {"a": np.arange(2)})
    ...     read_npz(f"{folder}/a.npz")
    {'a': array([0, 1])}
    """
    content = io.BytesIO()
    np.savez(content, **arrays)
    write_whole(Path(path), content.getvalue(), durable=True)


def read_npz(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """The arrays of an .npz file; nothing in it can run code: see `write_npz`. Behind every lesson.

    Raises ValueError where the file is not a whole .npz of plain arrays, FileNotFoundError where none is.

    >>> read_npz("nowhere.npz")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    FileNotFoundError:
    """
    with open(path, "rb") as file:
        content = io.BytesIO(file.read())
    try:
        with np.load(content, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except Exception as error:  # damaged bytes make zipfile and NumPy raise errors of a dozen kinds
        raise ValueError(f"{os.fspath(path)} is not a whole .npz file of plain arrays: {error}") from None
