"""Trees of names, as folders and as archives."""

import zipfile
from datetime import UTC, datetime

import pytest

from dlcourse.grading.intake.submissions import collected


def packed(path, *members, date=(2026, 11, 24, 12, 0, 0), content=None):
    """A zip that holds these names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in members:
            archive.writestr(zipfile.ZipInfo(name, date), content or f"content of {name}")
    return path


def laid_out(folder, *names, content=""):
    """A folder that holds these names; those that end in / are folders."""
    folder.mkdir(exist_ok=True)
    for name in names:
        path = folder / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_text(content)
    return folder


def students(path, **told):
    """{student: names of the files that are hand-ins of theirs}."""
    found: dict[str, list[str]] = {}
    for handin in collected(path, **told).handins:
        if not handin.problem:
            found.setdefault(handin.student, []).append(handin.name)
    return found


def counts(path, **told):
    """{student: how many hand-ins are theirs}."""
    return {student: len(files) for student, files in students(path, **told).items()}


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.fixture(params=["folder", "archive"])
def tree(request, tmp_path):
    """A function that lays names out, in a folder and in an archive."""

    def lay(*names):
        if request.param == "folder":
            return laid_out(tmp_path / "given", *names)
        return packed(tmp_path / "given.zip", *names)

    return lay
