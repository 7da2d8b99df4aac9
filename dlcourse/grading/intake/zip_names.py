"""In which code page a zip has written the names of its members, where it does not say so."""

import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable
from itertools import pairwise

from dlcourse.course.errors import UserError

_UTF8 = 0x800  # flag of a member
_UNICODE_PATH = 0x7075  # Info-ZIP's field with the name in UTF-8 and a checksum of the one that it stands for
_OLD = "cp437"  # as zipfile reads what is not said to be UTF-8; any byte is a character of it


def names(members: list[zipfile.ZipInfo], encoding: str = "") -> tuple[list[str], str]:
    """(the members' names, the code page that was guessed for them; "" where none had to be).

    A member says that its name is UTF-8, or says the name a second time, or all that do neither are in one
    code page: `encoding` if it is given, else the first that makes words of all of them.
    """
    known = {n: name for n, member in enumerate(members) if (name := _said(member)) is not None}
    raw = {n: member.filename.encode(_OLD) for n, member in enumerate(members) if n not in known}
    guessed = encoding or _code_page(raw.values())
    try:
        known |= {n: name.decode(guessed) for n, name in raw.items()}
    except UnicodeError as error:
        raise UserError(f"the names in this zip are not {encoding}: {error}") from error
    except (LookupError, ValueError) as error:
        raise UserError(f"no code page is called {encoding!r}: say cp949, gbk, cp1252 or the like") from error
    told = guessed if not encoding and guessed not in ("ascii", "utf-8") else ""
    return [known[n].replace("\0", "\\x00") for n in range(len(members))], told


def _said(member: zipfile.ZipInfo) -> str | None:
    """The name as the member itself says it to be."""
    if member.flag_bits & _UTF8:
        return member.filename
    raw = member.orig_filename.encode(_OLD, "replace")
    for kind, field in _fields(member.extra):
        if kind == _UNICODE_PATH and field[:5] == struct.pack("<BL", 1, zlib.crc32(raw)):
            return field[5:].decode("utf-8", "backslashreplace")
    try:
        member.filename.encode(_OLD)
    except UnicodeEncodeError:  # what is in no code page has been understood by zipfile already
        return member.filename
    return None


def _fields(extra: bytes) -> Iterable[tuple[int, bytes]]:
    start = 0
    while start + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, start)
        yield kind, extra[start + 4 : start + 4 + size]
        start += 4 + size


def _code_page(raw: Iterable[bytes]) -> str:
    found = b"\n".join(raw)
    return next((name for name, fits in _CODE_PAGES if _reads(found, name, fits)), _OLD)


def _reads(raw: bytes, encoding: str, fits: Callable[[str], bool]) -> bool:
    try:
        return fits(raw.decode(encoding))
    except UnicodeDecodeError:
        return False


def _letters(text: str) -> list[str]:
    return [c for c in set(text) if not c.isascii()]


def _script(encoding: str, alphabet: Callable[[str], bool], first: int, last: int) -> Callable[[str], bool]:
    """Whether all letters are of that script, half at least of the common ones, and words not mixed of two.

    The common ones are those that the code page has in rows `first` to `last`.
    """

    def fits(text: str) -> bool:
        found = {c: c.encode(encoding) for c in _letters(text)}
        common = sum(first <= code[0] <= last for code in found.values())
        if not all(map(alphabet, found)) or 2 * common < len(found):
            return False
        return not any(_is_mixed(a, b, found) for a, b in pairwise(text))

    return fits


def _is_mixed(one: str, other: str, codes: dict[str, bytes]) -> bool:
    """Whether two characters are a word of Latin letters in truth, one with an accent."""
    if one.isascii():
        return one.isalpha() and not other.isascii() and codes[other][-1] < 0x80
    return other.isascii() and other.isalpha()


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣"


def _is_han(character: str) -> bool:
    return "一" <= character <= "鿿"


def _is_japanese(character: str) -> bool:
    return _is_han(character) or "ぁ" <= character <= "ヿ" or character == "々"


def _is_latin(text: str) -> bool:
    """Whether it is Latin letters, no capital after a small one, as in a code page that is the wrong one."""
    latin = all(unicodedata.name(c, "").startswith("LATIN") for c in _letters(text))
    return latin and not any(a.islower() and b.isupper() and not b.isascii() for a, b in pairwise(text))


_CODE_PAGES = (
    ("ascii", str.isascii),
    ("utf-8", lambda text: True),
    ("cp949", _script("cp949", _is_hangul, 0xB0, 0xC8)),
    ("gbk", _script("gbk", _is_han, 0xB0, 0xD7)),
    ("big5", _script("big5", _is_han, 0xA4, 0xC6)),
    ("cp932", _script("cp932", _is_japanese, 0x82, 0x98)),
    ("cp1252", _is_latin),
    ("cp850", _is_latin),
)
