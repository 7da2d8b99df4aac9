"""A notebook file that may be anything, read with limits: the text of its code cells, not parsed as code."""

import codecs
import os
import re
import stat
from pathlib import Path

import msgspec

from dlcourse.course.language import Phrase, phrase

MAX_BYTES = 20_000_000
LINK = phrase("is a link; hand in the file itself")
_FOLDER, _IRREGULAR = phrase("is a folder, not a notebook"), phrase("is not a regular file")
MAX_TEXTS = 1_000_000  # strings in the file: each takes 60 bytes of memory, and as little as 3 of the file
MAX_CELLS = 2_000
MAX_SOURCE = 1_000_000  # characters of all code cells
_FOREIGN = ((codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))


class Unreadable(Exception):
    """Why a file is not a notebook that can be graded, in one line."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why  # a phrase, in which a student may be told


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""


class _Notebook(msgspec.Struct):
    """All else in the file is skipped in reading, and takes no memory."""

    nbformat: int
    cells: list[_Cell] | None = None


# What json.dumps of Python, or JavaScript, writes into an output and JSON does not have.
_PAIR = rb"u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}"
_ESCAPE = re.compile(rb"\\(?:" + _PAIR + rb"|(u[dD][89a-fA-F][\da-fA-F]{2})|.)", re.DOTALL)
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?|NaN|-?Infinity', re.DOTALL)
_decode = msgspec.json.Decoder(_Notebook).decode


def code_cells(content: bytes) -> list[str]:
    """The sources of a notebook's code cells. Raises Unreadable, and nothing else, whatever the bytes."""
    notebook = _parsed(content)
    if notebook.nbformat < 4:
        raise Unreadable(_old(notebook.nbformat))
    if notebook.cells is None:
        raise Unreadable(phrase("is not a notebook: it has no cells"))
    sources = ["".join(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    if len(sources) > MAX_CELLS or sum(map(len, sources)) > MAX_SOURCE:
        raise Unreadable(
            phrase(
                "holds more than {cells} code cells or {characters:,} characters of code",
                cells=MAX_CELLS,
                characters=MAX_SOURCE,
            )
        )
    return sources


def _old(nbformat: int) -> Phrase:
    return phrase("is a notebook of format {format}: open it in JupyterLab and save it", format=nbformat)


def read_bytes(path: Path, first: int = 0) -> bytes:
    """The bytes of a regular file of moderate size, or its first ones; links are not followed.

    Raises Unreadable.
    """
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise Unreadable(LINK if path.is_symlink() else cannot_open(error)) from error
    about = os.fstat(file)
    if not stat.S_ISREG(about.st_mode):
        os.close(file)
        raise Unreadable(_FOLDER if stat.S_ISDIR(about.st_mode) else _IRREGULAR)
    try:
        with open(file, "rb") as opened:  # what is asked for is first made room for
            return within_limit(opened.read(first or min(about.st_size or MAX_BYTES, MAX_BYTES) + 1))
    except OSError as error:
        raise Unreadable(phrase("cannot be read: {why}", why=error.strerror)) from error


def within_limit(content: bytes) -> bytes:
    """The content itself. Raises Unreadable where it is more than `MAX_BYTES`."""
    if len(content) > MAX_BYTES:
        raise Unreadable(
            phrase(
                "is larger than {size} MB: clear its outputs and hand it in again",
                size=MAX_BYTES // 1_000_000,
            )
        )
    return content


def cannot_open(error: OSError) -> Phrase:
    return phrase("cannot be opened: {why}", why=error.strerror)


def _parsed(content: bytes) -> _Notebook:
    for mark, name in _FOREIGN:
        if content.startswith(mark):
            raise Unreadable(phrase("is {encoding} text: save it as UTF-8", encoding=name))
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        raise Unreadable(phrase("is empty"))
    if content.count(b'"') > 2 * MAX_TEXTS:
        raise Unreadable(
            phrase(
                "holds more than {number:,} texts: clear its outputs and hand it in again", number=MAX_TEXTS
            )
        )
    try:
        return _decoded(content)
    except msgspec.ValidationError as error:
        raise Unreadable(phrase("is not a notebook: {why}", why=error)) from error
    except UnicodeDecodeError as error:
        raise Unreadable(phrase("is not UTF-8 text")) from error
    except RecursionError as error:
        raise Unreadable(phrase("is nested too deeply")) from error
    except (msgspec.MsgspecError, ValueError) as error:
        why = str(error).removeprefix("JSON is malformed: ")
        raise Unreadable(phrase("is not JSON, or not all of it: {why}", why=why)) from error


def _decoded(content: bytes) -> _Notebook:
    try:
        return _decode(content)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return _decode(_mended(content))


def _mended(content: bytes) -> bytes:
    """Without halves of surrogate pairs, and with null for NaN and Infinity; takes time in proportion.

    >>> _mended(rb'{"NaN": [NaN, -Infinity, "\\ud83d\\ude00", "\\\\ud83d", "\\ud83d"]}')
    b'{"NaN": [null, null, "\\\\ud83d\\\\ude00", "\\\\\\\\ud83d", "\\\\ufffd"]}'
    """
    content = _ESCAPE.sub(lambda match: rb"\ufffd" if match[1] else match[0], content)
    return _TOKEN.sub(lambda match: match[0] if match[0][:1] == b'"' else b"null", content)
