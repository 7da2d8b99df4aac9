"""What is released: the student bundle, as a folder and a zip, and the course laid out for nbgrader."""

import io
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import nbformat

from dlcourse import __version__
from dlcourse.authoring.builder import chosen_sources, course_root, points_of
from dlcourse.authoring.source import LessonSource, read_lesson
from dlcourse.authoring.verify import faults, given_away, notebook_paths
from dlcourse.course.errors import UserError
from dlcourse.course.files import ONE_AGE, write_folder_whole

BUNDLE = f"dlcourse-{__version__}"
WHEEL = f"dlcourse-{__version__}-py3-none-any.whl"
HOW_TO_START = """\
# dlcourse {version}

{lessons} lessons on how deep networks are trained. You need Python 3.11 or later. Type these in this folder:

```
python3 -m venv .venv
.venv/bin/pip install -r requirements.txt
.venv/bin/dlcourse start
```

`start` puts a copy of the lessons into `dlcourse-work/`, which is yours, and opens JupyterLab at the first;
the next time it goes on where you stopped. `.venv/bin/dlcourse status` says what is done. Hand in the
notebooks of `dlcourse-work/`.

When a newer release comes, unpack it, move your `dlcourse-work/` into its folder, and type the three lines
there. What you have edited is kept: the new version of such a lesson arrives beside yours.

`lessons/` has the lessons as they were released, for other programs that open notebooks. On Windows, type
`py` in place of `python3` and `.venv\\Scripts\\` in place of `.venv/bin/`. Licences are in LICENSE.
"""
NBGRADER_CONFIG = """\
# Type in this folder: nbgrader generate_assignment {lesson}
# Autograding needs dlcourse {version} where nbgrader runs.
c = get_config()
c.CourseDirectory.course_id = "dlcourse"
c.ClearSolutions.enabled = False  # source/ has no answers, and whole cells would be cleared
"""

Files = dict[str, bytes]


def run(args) -> int:
    """Carry out `dlcourse release`; raises UserError where something is not fit to be given to students."""
    root = course_root(Path.cwd())
    lessons = [read_lesson(path) for path in chosen_sources(root, [])]
    _refuse_faults(faults(root, lessons, points_of(lessons)))
    files = release_files(root, lessons, read_wheel(args.wheel) if args.wheel else None)
    _refuse_faults(given_away({name: [*texts(name, files[name])] for name in files}, lessons))
    folder = args.folder.expanduser().resolve()
    state = put(folder, files)
    print(f"{folder}: {state}; {len(lessons)} lessons, and no answer in any of {len(files)} files.")
    print(f"For students: {BUNDLE}.zip. For nbgrader: nbgrader/.")
    if not args.wheel:
        print(f"Students' pip must find dlcourse {__version__} on an index; else give --wheel too.")
    return 0


def release_files(root: Path, lessons: Iterable[LessonSource], wheel: bytes | None = None) -> Files:
    """{path: content} of all of it, in the order in which it is written."""
    notebooks = {lesson.stem: notebook_paths(root, lesson)[0].read_bytes() for lesson in lessons}
    bundle = student_bundle(notebooks, (root / "LICENSE").read_bytes(), wheel)
    bundle = {f"{BUNDLE}/{name}": content for name, content in bundle.items()}
    return {**bundle, f"{BUNDLE}.zip": zipped(bundle), **nbgrader_layout(notebooks)}


def student_bundle(notebooks: Mapping[str, bytes], licence: bytes, wheel: bytes | None) -> Files:
    """What a student unpacks. `notebooks`: {lesson: content}."""
    wanted = f"./{WHEEL}" if wheel else f"dlcourse=={__version__}"
    return {
        "LICENSE": licence,
        "README.md": HOW_TO_START.format(version=__version__, lessons=len(notebooks)).encode(),
        "requirements.txt": f"{wanted}\n".encode(),
        **({WHEEL: wheel} if wheel else {}),
        **{f"lessons/{stem}.ipynb": content for stem, content in sorted(notebooks.items())},
    }


def nbgrader_layout(notebooks: Mapping[str, bytes]) -> Files:
    """A course directory of nbgrader, an assignment a lesson."""
    config = NBGRADER_CONFIG.format(version=__version__, lesson=min(notebooks))
    source = {f"source/{stem}/{stem}.ipynb": content for stem, content in sorted(notebooks.items())}
    files = {"nbgrader_config.py": config.encode(), **source}
    return {f"nbgrader/{name}": content for name, content in files.items()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip, the same bytes from the same files. It is not compressed: each zlib does that in its own way."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=time.gmtime(ONE_AGE)[:6])
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # as if on Unix, mode 644
            archive.writestr(entry, content)
    return packed.getvalue()


def read_wheel(path: Path) -> bytes:
    """The wheel of this version; raises UserError where it is another file."""
    if path.name != WHEEL:
        raise UserError(f"{path.name} is not the wheel of this version; build {WHEEL} with `python -m build`")
    try:
        content = path.read_bytes()
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise UserError(f"cannot read the wheel {path}: {error}") from None
    if unfit := [name for name in names if name.startswith(("solutions/", "tests/"))]:
        raise UserError(f"{path.name} has {unfit[0]}: build it with `python -m build`")
    return content


def texts(name: str, content: bytes) -> Iterator[str]:
    """All that a file says, and the files that are packed in it.

    Modules in a wheel are left out: they are the reference, which may well say it as an answer does, and
    which every lesson imports.
    """
    if name.endswith(".ipynb"):
        yield from _strings(nbformat.reads(content.decode(), as_version=4))
    elif name.endswith((".zip", ".whl")):
        archive = zipfile.ZipFile(io.BytesIO(content))
        for member in archive.namelist():
            if not (name.endswith(".whl") and member.endswith(".py")):
                yield from texts(member, archive.read(member))
    else:
        yield content.decode(errors="replace")


def put(folder: Path, files: Mapping[str, bytes]) -> str:
    """Write the release, or leave it as it is; raises UserError where the folder holds something else."""
    try:
        if folder.is_dir() and _holds(folder, files):
            return "unchanged"
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise UserError(f"{folder} holds something else than this release; give a new folder")
        write_folder_whole(folder, files)
    except OSError as error:
        raise UserError(f"cannot write the release to {folder}: {error.strerror}") from None
    return "written"


def _holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    if {path.name for path in folder.iterdir()} != {name.split("/")[0] for name in files}:
        return False
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    return found.keys() == files.keys() and all(found[name].read_bytes() == files[name] for name in files)


def _refuse_faults(found: Iterable[str]) -> None:
    if found := list(found):
        more = f" (and {len(found) - 1} more)" if found[1:] else ""
        raise UserError(f"nothing was released: {found[0]}{more}")


def _strings(thing) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict | list):
        for part in thing.values() if isinstance(thing, dict) else thing:
            yield from _strings(part)
