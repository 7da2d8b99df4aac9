"""A notebook file that may be anything, read with limits: the text of its code cells, not parsed as code."""

import codecs
import os
import stat
from pathlib import Path

import msgspec

MAX_BYTES = 20_000_000
MAX_CELLS = 2_000
MAX_SOURCE = 1_000_000  # characters of all code cells
_FOREIGN = ((codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))


class Unreadable(Exception):
    """Why a file is not a notebook that can be graded, in one line."""


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""


class _Notebook(msgspec.Struct):
    """All else in the file is skipped in reading, and takes no memory."""

    nbformat: int
    cells: list[_Cell] | None = None


_decode = msgspec.json.Decoder(_Notebook).decode


def code_cells(content: bytes) -> list[str]:
    """The sources of a notebook's code cells. Raises Unreadable, and nothing else, whatever the bytes."""
    notebook = _parsed(content)
    if notebook.nbformat < 4:
        raise Unreadable(f"is a notebook of format {notebook.nbformat}: open it in JupyterLab and save it")
    if notebook.cells is None:
        raise Unreadable("is not a notebook: it has no cells")
    sources = ["".join(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    if len(sources) > MAX_CELLS or sum(map(len, sources)) > MAX_SOURCE:
        raise Unreadable(f"holds more than {MAX_CELLS} code cells or {MAX_SOURCE:,} characters of code")
    return sources


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file of moderate size; links are not followed. Raises Unreadable."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise Unreadable(
            "is a link; hand in the file itself" if path.is_symlink() else _cannot(error)
        ) from error
    mode = os.fstat(file).st_mode
    if not stat.S_ISREG(mode):
        os.close(file)
        raise Unreadable("is a folder, not a notebook" if stat.S_ISDIR(mode) else "is not a regular file")
    with open(file, "rb") as opened:
        return within_limit(opened.read(MAX_BYTES + 1))


def within_limit(content: bytes) -> bytes:
    """The content itself. Raises Unreadable where it is more than `MAX_BYTES`."""
    if len(content) > MAX_BYTES:
        raise Unreadable(
            f"is larger than {MAX_BYTES // 1_000_000} MB: clear its outputs and hand it in again"
        )
    return content


def _cannot(error: OSError) -> str:
    return f"cannot be opened: {error.strerror}"


def _parsed(content: bytes) -> _Notebook:
    for mark, name in _FOREIGN:
        if content.startswith(mark):
            raise Unreadable(f"is {name} text: save it as UTF-8")
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        raise Unreadable("is empty")
    try:
        return _decode(content)
    except msgspec.ValidationError as error:
        raise Unreadable(f"is not a notebook: {error}") from error
    except UnicodeDecodeError as error:
        raise Unreadable("is not UTF-8 text") from error
    except RecursionError as error:
        raise Unreadable("is nested too deeply") from error
    except ValueError as error:
        why = str(error).removeprefix("JSON is malformed: ")
        raise Unreadable(f"is not JSON, or not all of it: {why}") from error
