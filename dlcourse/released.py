"""Where the released lessons are: inside an installed package, beside the package in a clone."""

from pathlib import Path

from dlcourse.errors import UserError

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "lessons", _PACKAGE.parent / "lessons")


def lessons_folder() -> Path:
    """The folder of the released notebooks; raises UserError where there is none."""
    for place in _PLACES:
        if place.is_dir():
            return place
    raise UserError(f"no lessons beside {_PACKAGE}: reinstall dlcourse, or run `dlcourse build` in a clone")


def lesson_stems() -> list[str]:
    """The released lessons in course order, by the name they go by everywhere (`03_activations`)."""
    return sorted(path.stem for path in lessons_folder().glob("[0-9][0-9]_*.ipynb"))


def lesson_path(stem: str) -> Path:
    """The released notebook of a lesson; raises UserError listing what there is when it is not one."""
    if stem not in lesson_stems():
        raise UserError(f"no lesson is called {stem!r}; there is {', '.join(lesson_stems()) or 'none yet'}")
    return lessons_folder() / f"{stem}.ipynb"
