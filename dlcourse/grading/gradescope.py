"""Gradescope: results.json and an autograder (https://gradescope-autograders.readthedocs.io/en/latest/specs/).

    PATH/autograder.zip                     to be uploaded: setup.sh, run_autograder, package, lessons
    PATH/results/<student>/<lesson>.json    what that autograder would say of those graded here

In Gradescope's container `run_autograder` grades /autograder/submission into /autograder/results/results.json
by running this module: python -m dlcourse.grading.gradescope SUBMISSION RESULTS.
"""

import hashlib
import io
import os
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import msgspec

import dlcourse
from dlcourse.course.errors import UserError
from dlcourse.course.files import write_whole
from dlcourse.course.language import spoken, tr
from dlcourse.course.lessons import lesson_path, lesson_stems
from dlcourse.grading.book.scores import Score
from dlcourse.grading.intake.class_folders import ONE_STUDENT
from dlcourse.grading.intake.submissions import handins
from dlcourse.grading.output.feedback import path_part
from dlcourse.grading.pipeline import grade

_EPOCH = (1980, 1, 1, 0, 0, 0)
_NEEDS, _PYTHON = ("numpy", "msgspec", "markupsafe"), ">=3.11"
_SETUP = """#!/usr/bin/env bash
# Run once by Gradescope, when the image is built.
set -euo pipefail
# Ubuntu 22.04, Gradescope's default, has Python 3.10: uv takes one that is new enough, or brings it.
export UV_PYTHON_INSTALL_DIR=/autograder/python
apt-get update
apt-get install -y --no-install-recommends bubblewrap python3-pip python3-venv
python3 -m venv /autograder/uv
/autograder/uv/bin/pip install uv
/autograder/uv/bin/uv venv --python '{python}' /autograder/venv
/autograder/uv/bin/uv pip install --python /autograder/venv/bin/python {packages}
"""
_RUN = """#!/usr/bin/env bash
# Run by Gradescope for each submission. DLCOURSE_SANDBOX=none runs student code unprotected.
set -euo pipefail
here=${AUTOGRADER:-/autograder}
export PYTHONPATH="$here/source" DLCOURSE_SANDBOX=${DLCOURSE_SANDBOX:-auto}
export DLCOURSE_LANGUAGE=${DLCOURSE_LANGUAGE:-LANGUAGE}
cd "$here"
exec "${PYTHON:-venv/bin/python}" -m dlcourse.grading.gradescope submission results/results.json
"""


def results(scores: list[Score]) -> dict:
    """What results.json says: a test an exercise; what a student reads is what the notebook would say."""
    tests = [
        {
            "name": score.exercise or score.lesson or score.student,
            "score": score.points,
            "max_score": score.max_points,
            "status": "passed" if score.status == "passed" or score.of_whole_lesson else "failed",
            "output": score.feedback,
            "output_format": "text",
            "visibility": "visible",
        }
        for score in scores
    ]
    return {"score": round(sum(score.points for score in scores), 2), "tests": tests}


def write_folder(folder: Path, scores: list[Score]) -> None:
    """The autograder, and the results of those graded here."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "autograder.zip", _autograder())
    folders = _folders(dict.fromkeys(score.student for score in scores))
    for (student, lesson), group in groupby(scores, lambda score: (score.student, score.lesson)):
        path = folder / "results" / folders[student] / f"{lesson}.json"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, _json(results(list(group))), private=True)


def _folders(students: Iterable[str]) -> dict[str, str]:
    """A folder for each student, and for no other, on any system."""
    found, taken = {}, set()
    for student in students:
        folder = path_part(student)
        while (everywhere := unicodedata.normalize("NFC", folder).casefold()) in taken:
            folder += f"-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
        taken.add(everywhere)
        found[student] = folder
    return found


def _json(value: dict) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)


def _autograder() -> bytes:
    """The archive, the same bytes each time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in sorted(_contents()):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.external_attr = mode << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return packed.getvalue()


def _contents() -> Iterator[tuple[str, bytes, int]]:
    """(name, content, mode) of each file."""
    packages = " ".join(f"'{name}>={_installed(name)}'" for name in _NEEDS)
    yield "setup.sh", _SETUP.format(packages=packages, python=_PYTHON).encode(), 0o100755
    yield "run_autograder", _RUN.replace(":-LANGUAGE", f":-{spoken()}").encode(), 0o100755
    package = Path(dlcourse.__file__).resolve().parent
    for path in sorted(package.rglob("*")):
        parts = path.relative_to(package).parts
        if path.is_file() and parts[0] not in ("lessons", "authoring") and "__pycache__" not in parts:
            yield "/".join(("dlcourse", *parts)), path.read_bytes(), 0o100644
    for stem in lesson_stems():
        yield f"dlcourse/lessons/{stem}.ipynb", lesson_path(stem).read_bytes(), 0o100644


def _installed(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def grade_submission(submission: Path, sandbox: str) -> dict:
    """results.json of what a student has uploaded to Gradescope."""
    found = handins(submission, ONE_STUDENT)
    if not any(handin.lesson for handin in found):
        why = " ".join(tr(handin.problem) for handin in found[:3])
        text = tr("No notebook was handed in: upload <lesson>.ipynb. {why}")
        return {"score": 0, "output": text.format(why=why), "tests": []}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        summary = grade(submission, out, workers=1, sandbox=sandbox, layout=ONE_STUDENT, language=spoken())
    return results(summary.scores)


def main(submission: str, path: str) -> int:
    try:
        found = grade_submission(Path(submission), os.environ.get("DLCOURSE_SANDBOX", "auto"))
    except (
        UserError,
        OSError,
    ) as error:  # without results Gradescope says that it failed, and takes no points
        print(f"dlcourse: {error}", file=sys.stderr)
        return 1
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    write_whole(Path(path), _json(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
