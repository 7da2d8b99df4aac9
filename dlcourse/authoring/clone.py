"""Where the clone of the course is."""

from pathlib import Path

from dlcourse.course.errors import UserError


def course_root(start: Path) -> Path:
    """The clone that `start` is in; raises UserError elsewhere."""
    for folder in (start, *start.parents):
        if is_clone(folder):
            return folder
    raise UserError(
        f"{start} is not in a clone of the course: change to one, it has solutions/ and pyproject.toml"
    )


def is_clone(folder: Path) -> bool:
    """Whether the sources of the course lie in it."""
    return (folder / "solutions").is_dir() and (folder / "pyproject.toml").is_file()
