"""Zips that bring each student's page back into Canvas or Moodle, under the names that these have given.

Canvas ("Upload Submissions", generate_comments_from_files in its app/models/abstract_assignment.rb) reads two
numbers out of a name, the student's and that of the file handed in, and takes whatever follows. Moodle
("Upload multiple feedback files in a zip", mod/assign/feedback/file/importziplib.php) wants the folder's own
name back, and in it a file of a new name.
"""

import io
import zipfile
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.grading.book.handins import HandedIn
from dlcourse.grading.intake.submissions import GROUPS

_EPOCH = (1980, 1, 1, 0, 0, 0)
_JOINED = {"canvas": "_", "moodle": "/"}


def pages(out: Path, handins: list[HandedIn], platform: str) -> tuple[dict[str, bytes], list[str]]:
    """({name in the zip: page}, students whose names there are not known), of one lesson's hand-ins.

    A page is of the attempt that counts, and answers the last one that the platform gave: the others may be
    gone there.
    """
    given = {row.student: row.given for row in handins if row.platform == platform and row.student}
    if any(row.platform == GROUPS for row in handins):
        raise UserError("groups have handed these in to Moodle, which has no way back for a page of a group")
    if not given:
        raise UserError(
            f"what {platform.capitalize()} calls these hand-ins is not known: grade the zip that it gives, "
            "as downloaded; results of an earlier version have to be graded again"
        )
    found = {
        f"{given[row.student]}{_JOINED[platform]}{row.lesson}.html": _page(out / row.page)
        for row in handins
        if row.page and row.student in given
    }
    return found, sorted({row.student for row in handins if row.student} - given.keys())


def _page(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"the page {path} cannot be read: {error.strerror}; grade again") from error


def packed(files: dict[str, bytes]) -> bytes:
    """A zip, the same bytes each time."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in sorted(files.items()):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, text)
    return content.getvalue()
