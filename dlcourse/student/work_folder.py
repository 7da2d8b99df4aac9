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
from dlcourse.course.language import CHOICE, ENGLISH, chosen_for, marked, tr
from dlcourse.course.lessons import lesson_stems, lessons_folder, released_notebook

HIDDEN = CHOICE.parts[0]
DEFAULT = "dlcourse-work"
CANNOT_INSTALL = marked("cannot put lessons into {}: {}; name another folder, as in `dlcourse start FOLDER`")
CANNOT_RENEW = marked("cannot put a fresh lesson at {}: {}")


def fingerprint(notebook: Path) -> str:
    """A hash of what the cells say, whatever they put out; of the bytes where it is no notebook."""
    return fingerprint_of(notebook.read_bytes())


def fingerprint_of(content: bytes) -> str:
    """As `fingerprint`, of what a notebook's file holds."""
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
def _plainly(cannot: str, path: Path) -> Iterator[None]:
    """Raise an OSError as a UserError that says what `cannot` be done with the path, and why."""
    try:
        yield
    except OSError as error:
        at = f" ({Path(error.filename).name})" if error.filename else ""
        raise UserError(tr(cannot).format(path, f"{error.strerror or error}{at}")) from None


class WorkFolder:
    """One student's folder. It need not exist before `install`."""

    def __init__(self, path: Path):
        self.path = path.expanduser().absolute()
        self._record = self.path / HIDDEN / "installed.json"

    def lesson(self, stem: str) -> Path:
        return self.path / f"{stem}.ipynb"

    def hidden(self, name: str) -> Path:
        return self.path / HIDDEN / name

    @property
    def language(self) -> str:
        """The language of its lessons: the one that was chosen last, English at first."""
        return chosen_for(self.path) or ENGLISH

    def released(self, stem: str) -> bytes:
        """The lesson as it was released, in the folder's language."""
        return released_notebook(stem, self.language)

    def install(self, language: str | None = None) -> list[str]:
        """Put every released lesson there; say what was done with those that were there in another version.

        In this language from now on, where one is given. Raises UserError where the folder cannot be one.
        """
        self._refuse_unfit()
        with _plainly(CANNOT_INSTALL, self.path):
            self._record.parent.mkdir(parents=True, exist_ok=True)
            if language:
                write_whole(self.path / CHOICE, f"{language}\n".encode())
            record = self._remembered()
            try:
                said = [self._install(stem, record.setdefault(stem, {})) for stem in lesson_stems()]
            finally:  # what was put there before something failed is not put there twice
                write_whole(self._record, json.dumps(record, indent=1).encode())
        return [sentence for sentence in said if sentence]

    def _install(self, stem: str, known: dict[str, str]) -> str:
        target, content = self.lesson(stem), self.released(stem)
        released = fingerprint_of(content)
        mine = fingerprint(target) if target.exists() else None
        if mine in (None, released, known.get("copy")):
            if mine != released:
                write_whole(target, content)
            known["copy"] = released
            updated = tr("{}: updated; you had not edited it.").format(target.name)
            return updated if mine not in (None, released) else ""
        if released in (known.get("copy"), known.get("beside")):
            return ""
        sentence = self._put_beside(stem, content)
        known["beside"] = released
        return sentence

    def _put_beside(self, stem: str, content: bytes) -> str:
        beside = _free_name(self.path, f"{stem}.new")
        write_whole(beside, content)
        return tr("{}: kept as you edited it; the new version of the lesson is {} beside it.").format(
            f"{stem}.ipynb", beside.name
        )

    def renew(self, stem: str, target: Path, kept_as: str) -> Path | None:
        """Put a fresh copy at `target`; the old one stays under a name that begins with `kept_as`."""
        backup, target = None, target.absolute()
        with _plainly(CANNOT_RENEW, target):
            if target.exists():
                backup = _free_name(target.parent, kept_as)
                with backup.open("xb") as file:
                    file.write(target.read_bytes())
            write_whole(target, self.released(stem))
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
            instead = f"dlcourse start {DEFAULT}"
            raise UserError(tr("{} is a file; give a folder, such as `{}`").format(self.path, instead))
        ours = (lessons_folder(), Path(__file__).resolve().parents[1], lessons_folder().parent / "solutions")
        if any(self.path.resolve().is_relative_to(folder) for folder in ours):
            raise UserError(
                tr("{} belongs to the course itself; give a folder of your own").format(self.path)
            )


def _free_name(folder: Path, stem: str) -> Path:
    """`stem.ipynb` in the folder, or the first of `stem-2.ipynb`, … that is free."""
    free, number = folder / f"{stem}.ipynb", 1
    while free.exists() or free.is_symlink():
        number += 1
        free = folder / f"{stem}-{number}.ipynb"
    return free
