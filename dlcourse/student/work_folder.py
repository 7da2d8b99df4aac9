"""The folder a student works in: lessons are put into it, and nothing that was edited is ever overwritten.

`.dlcourse/installed.json` remembers the fingerprint of each copy as put there, and of a newer one put beside
it: so an edited copy can be told from one that is only old.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.files import write_whole
from dlcourse.course.lessons import lesson_path, lesson_stems, lessons_folder

HIDDEN = ".dlcourse"
DEFAULT = "dlcourse-work"


def fingerprint(notebook: Path) -> str:
    """A hash of what the cells say, whatever they put out; of the bytes where it is no notebook."""
    content = notebook.read_bytes()
    try:
        cells = [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(content)["cells"]]
        content = json.dumps(cells).encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    return hashlib.sha256(content).hexdigest()


def usual_folder() -> Path:
    """This folder if lessons were put into it, else the one that `dlcourse start` makes here."""
    return Path() if Path(HIDDEN).is_dir() else Path(DEFAULT)


def add_folder(parser) -> None:
    """The argument DIR of a command."""
    text = f"your folder (default: {DEFAULT}, or this one if it has lessons)"
    parser.add_argument("folder", nargs="?", type=Path, default=usual_folder(), metavar="DIR", help=text)


@contextmanager
def _plainly(doing: str, path: Path, instead: str = "") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        at = f" ({Path(error.filename).name})" if error.filename else ""
        raise UserError(f"cannot {doing} {path}: {error.strerror or error}{at}{instead}") from None


class WorkFolder:
    """One student's folder. It need not exist before `install`."""

    def __init__(self, path: Path):
        self.path = path.expanduser().absolute()
        self._record = self.path / HIDDEN / "installed.json"

    def lesson(self, stem: str) -> Path:
        return self.path / f"{stem}.ipynb"

    def hidden(self, name: str) -> Path:
        return self.path / HIDDEN / name

    def install(self) -> list[str]:
        """Put every released lesson there; say what was done with those that were there in another version.

        Raises UserError where the folder cannot be one.
        """
        self._refuse_unfit()
        with _plainly("put lessons into", self.path, "; name another folder, as in `dlcourse start FOLDER`"):
            self._record.parent.mkdir(parents=True, exist_ok=True)
            record = self._remembered()
            try:
                said = [self._install(stem, record.setdefault(stem, {})) for stem in lesson_stems()]
            finally:  # what was put there before something failed is not put there twice
                write_whole(self._record, json.dumps(record, indent=1).encode())
        return [sentence for sentence in said if sentence]

    def _install(self, stem: str, known: dict[str, str]) -> str:
        target, released = self.lesson(stem), fingerprint(lesson_path(stem))
        mine = fingerprint(target) if target.exists() else None
        if mine in (None, released, known.get("copy")):
            if mine != released:
                write_whole(target, lesson_path(stem).read_bytes())
            known["copy"] = released
            return f"{target.name}: updated; you had not edited it." if mine not in (None, released) else ""
        if released in (known.get("copy"), known.get("beside")):
            return ""
        sentence = self._put_beside(stem)
        known["beside"] = released
        return sentence

    def _put_beside(self, stem: str) -> str:
        beside = _free_name(self.path, f"{stem}.new")
        write_whole(beside, lesson_path(stem).read_bytes())
        return (
            f"{stem}.ipynb: kept as you edited it; the new version of the lesson is {beside.name} beside it."
        )

    def renew(self, stem: str, target: Path, kept_as: str) -> Path | None:
        """Put a fresh copy at `target`; the old one stays under a name that begins with `kept_as`."""
        backup, target = None, target.absolute()
        with _plainly("put a fresh lesson at", target):
            if target.exists():
                backup = _free_name(target.parent, kept_as)
                with backup.open("xb") as file:
                    file.write(target.read_bytes())
            write_whole(target, lesson_path(stem).read_bytes())
            if target == self.lesson(stem):
                self._remember(stem, {"copy": fingerprint(target)})
        return backup

    def _remember(self, stem: str, known: dict[str, str]) -> None:
        if self._record.parent.is_dir():
            write_whole(self._record, json.dumps(self._remembered() | {stem: known}, indent=1).encode())

    def _remembered(self) -> dict[str, dict[str, str]]:
        try:
            record = json.loads(self._record.read_bytes())
            return record if all(isinstance(known, dict) for known in record.values()) else {}
        except (OSError, ValueError, AttributeError):
            return {}

    def _refuse_unfit(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise UserError(f"{self.path} is a file; give a folder, such as `dlcourse start {DEFAULT}`")
        ours = (lessons_folder(), Path(__file__).resolve().parents[1], lessons_folder().parent / "solutions")
        if any(self.path.resolve().is_relative_to(folder) for folder in ours):
            raise UserError(f"{self.path} belongs to the course itself; give a folder of your own")


def _free_name(folder: Path, stem: str) -> Path:
    """`stem.ipynb` in the folder, or the first of `stem-2.ipynb`, … that is free."""
    free, number = folder / f"{stem}.ipynb", 1
    while free.exists() or free.is_symlink():
        number += 1
        free = folder / f"{stem}-{number}.ipynb"
    return free
