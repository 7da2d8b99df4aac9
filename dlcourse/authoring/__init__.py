"""Lesson sources become notebooks, the student bundle and the web site."""

import importlib

from dlcourse.course.errors import UserError


def needs_author(module: str):
    """A module of this package that reads sources; raises UserError where the extra `author` is missing."""
    try:
        return importlib.import_module(f"dlcourse.authoring.{module}")
    except ModuleNotFoundError as error:
        if error.name not in ("jupytext", "markdown_it", "polib"):
            raise
        raise UserError(
            f"building needs {error.name}: run `pip install -e '.[author]'` in the clone"
        ) from None
