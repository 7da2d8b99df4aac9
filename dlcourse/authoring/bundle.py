"""What is released: the student bundle, as a folder and a zip, and the course laid out for nbgrader."""

import io
import time
import zipfile
from collections.abc import Iterable, Mapping
from importlib.metadata import distribution
from pathlib import Path

from dlcourse import __version__
from dlcourse.authoring import needs_author
from dlcourse.authoring.clone import course_root, is_clone
from dlcourse.authoring.wheel import WHEEL, make_wheel, read_wheel
from dlcourse.course.errors import UserError
from dlcourse.course.files import ONE_AGE, write_folder_whole
from dlcourse.course.lessons import lesson_path, lesson_stems, pick_lesson

BUNDLE = f"dlcourse-{__version__}"
HOW_TO_START = """\
# dlcourse {version}

{lessons}
You need Python 3.11 or later. Type these in this folder:

```
python3 -m venv .venv && . .venv/bin/activate
pip install -r requirements.txt
dlcourse start{first}
```

`start` puts a copy of {copied} into `dlcourse-work/`, which is yours, and opens JupyterLab at the first;
the next time it goes on where you stopped. `dlcourse status` says what is done. In a new terminal, type
`. .venv/bin/activate` first. 한국어: `dlcourse start --language ko` puts the lessons there in Korean.
Hand in {wanted} of `dlcourse-work/`.

When a newer release comes, unpack it, move your `dlcourse-work/` into its folder, and type the three lines
there. What you have edited is kept: the new version of such a lesson arrives beside yours.

`lessons/` has the lessons as they were released, for other programs that open notebooks. On Windows,
`python3` is `py`, and `. .venv/bin/activate` is `.venv\\Scripts\\activate`; type the parts before and after
`&&` one after the other. Licences are in LICENSE.
"""
NBGRADER_CONFIG = """\
# Type in this folder: nbgrader generate_assignment {lesson}
# Autograding needs dlcourse {version} where nbgrader runs.
c = get_config()
c.CourseDirectory.course_id = "dlcourse"
c.ClearSolutions.enabled = False  # source/ has no answers, and whole cells would be cleared
c.Execute.timeout = 120  # seconds a cell: project 16 trains networks
"""

Files = dict[str, bytes]


def run(args) -> int:
    """Carry out `dlcourse release`; raises UserError where something is not fit to be given to students."""
    root = clone()
    files = _proved_files(root, args) if root else _files(None, args)
    folder = args.folder.expanduser().resolve()
    state = put(folder, files)
    lessons = sum(name.startswith("nbgrader/source/") for name in files)
    looked = f"no answer in any of {len(files)} files" if root else "as installed, not searched for answers"
    print(f"{folder}: {state}; {_counted(lessons, 'lesson')}, {looked}.")
    print(f"For students: {BUNDLE}.zip. For nbgrader: nbgrader/.")
    if f"{BUNDLE}/{WHEEL}" not in files:
        print(f"Students' pip must find dlcourse {__version__} on an index; else give --wheel FILE.")
    return 0


def _proved_files(root: Path, args) -> Files:
    proof = needs_author("proof")
    proof.refuse_faults(root, args.lessons)
    files = _files(root, args)
    proof.refuse_answers(root, files)
    return files


def _files(root: Path | None, args) -> Files:
    notebooks, everything = chosen(lessons_of(root), args.lessons)
    return release_files(notebooks, licence(root), _wheel(root, args), everything)


def clone() -> Path | None:
    """The clone that one is in, else the one that the package was installed from with -e, if any."""
    try:
        return course_root(Path.cwd())
    except UserError:
        beside = Path(__file__).resolve().parents[2]
        return beside if is_clone(beside) else None


def lessons_of(root: Path | None) -> dict[str, Path]:
    """{lesson: its notebook for students}, of a clone or, without one, of the installed package."""
    if root is None:
        return {stem: lesson_path(stem) for stem in lesson_stems()}
    return {path.stem: path for path in sorted((root / "lessons").glob("*.ipynb"))}


def chosen(lessons: Mapping[str, Path], typed: Iterable[str]) -> tuple[Files, bool]:
    """({lesson: content} of the lessons that were named, all if none was; whether these are all)."""
    stems = {pick_lesson(name, lessons) for name in typed} or set(lessons)
    return {stem: lessons[stem].read_bytes() for stem in sorted(stems)}, stems == set(lessons)


def licence(root: Path | None) -> bytes:
    """The text of both licences."""
    if root is not None:
        return (root / "LICENSE").read_bytes()
    return (distribution("dlcourse").read_text("licenses/LICENSE") or "").encode()


def _wheel(root: Path | None, args) -> bytes | None:
    if args.wheel:
        return read_wheel(args.wheel)
    return make_wheel(root) if root and not args.no_wheel else None


def release_files(notebooks: Files, licence: bytes, wheel: bytes | None, everything: bool = True) -> Files:
    """{path: content} of all of it, in the order in which it is written; see `student_bundle`."""
    bundle = student_bundle(notebooks, licence, wheel, everything)
    bundle = {f"{BUNDLE}/{name}": content for name, content in bundle.items()}
    return {**bundle, f"{BUNDLE}.zip": zipped(bundle), **nbgrader_layout(notebooks)}


def student_bundle(notebooks: Files, licence: bytes, wheel: bytes | None, everything: bool) -> Files:
    """What a student unpacks. `notebooks`: {lesson: content}; `everything`: no lesson is left out."""
    wanted = f"./{WHEEL}" if wheel else f"dlcourse=={__version__}"
    return {
        "LICENSE": licence,
        "README.md": how_to_start(list(notebooks), everything).encode(),
        "requirements.txt": f"{wanted}\n".encode(),
        **({WHEEL: wheel} if wheel else {}),
        **{f"lessons/{stem}.ipynb": content for stem, content in sorted(notebooks.items())},
    }


def how_to_start(stems: list[str], everything: bool) -> str:
    """The student's page. Where lessons are left out it names those that are handed out."""
    if everything:
        said = {
            "lessons": f"{_counted(len(stems), 'lesson')} on how deep networks are trained.",
            "first": "",
            "copied": "the lessons",
            "wanted": "the notebooks",
        }
    else:
        names = ", ".join(f"`{stem}.ipynb`" for stem in stems)
        said = {
            "lessons": f"This hands out {names}, of a course on how deep networks are trained.",
            "first": f" --lesson {stems[0]}",
            "copied": "every lesson of the course",
            "wanted": names,
        }
    return HOW_TO_START.format(version=__version__, **said)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def nbgrader_layout(notebooks: Files) -> Files:
    """A course directory of nbgrader, an assignment a lesson."""
    config = NBGRADER_CONFIG.format(version=__version__, lesson=min(notebooks))
    source = {f"source/{stem}/{stem}.ipynb": content for stem, content in sorted(notebooks.items())}
    files = {"nbgrader_config.py": config.encode(), **source}
    return {f"nbgrader/{name}": content for name, content in files.items()}


def zipped(files: Files) -> bytes:
    """A zip, the same bytes from the same files. It is not compressed: each zlib does that in its own way."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=time.gmtime(ONE_AGE)[:6])
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # as if on Unix, mode 644
            archive.writestr(entry, content)
    return packed.getvalue()


def put(folder: Path, files: Files) -> str:
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


def _holds(folder: Path, files: Files) -> bool:
    if {path.name for path in folder.iterdir()} != {name.split("/")[0] for name in files}:
        return False
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    return found.keys() == files.keys() and all(found[name].read_bytes() == files[name] for name in files)
