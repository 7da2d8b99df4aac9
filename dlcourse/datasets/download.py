"""Fetch real tagged text: `python -m dlcourse.datasets.download [FOLDER]`, for those with internet."""

from __future__ import annotations

import argparse
import hashlib
import http.client
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.course.files import write_whole

# Both at a commit, so that they stay what they are: Universal NER's version 1, and the treebank at the commit
# that its README calls canonical.
_GITHUB = "https://raw.githubusercontent.com"
_UNER = f"{_GITHUB}/UniversalNER/UNER_English-EWT/6c8654ed50718883f74ee8f4d0a3cda9639d6af3"
_UD = f"{_GITHUB}/UniversalDependencies/UD_English-EWT/c491d62a7a0447946ac85b11308083ea61328ece"
SOURCES = {
    f"en_ewt-ud-{part}.{ending}": f"{folder}/en_ewt-ud-{part}.{ending}"
    for part in ("train", "dev", "test")
    for folder, ending in ((_UD, "conllu"), (_UNER, "iob2"))
}
CHECKSUMS = "SHA256SUMS"
_MOST = 100 * 2**20  # bytes; what is longer is another thing


def fetch(url: str, path: str | os.PathLike[str], sha256: str | None = None, timeout: float = 30.0) -> str:
    """Download one file, whole and checked, or not at all. Lesson 13.

    It is written beside `path` and renamed, so a file that was there stays whole until the new one is.

    Args:
        url: where it is.
        path: where it goes; folders above it are made.
        sha256: 64 hexadecimal digits that the file must have; None to take it as it comes.
        timeout: seconds to wait for a connection, and for each part.

    Returns:
        The file's SHA-256.

    Raises:
        ValueError: where the checksum differs, or is not one, or the file is over 100 MiB.
        ConnectionError: with what to do, where there is no internet or no such file.
    """
    if sha256 is not None and not re.fullmatch("[0-9a-fA-F]{64}", sha256):
        raise ValueError(f"a SHA-256 has 64 hexadecimal digits, not {sha256!r}")
    content = _content(url, timeout)
    found = hashlib.sha256(content).hexdigest()
    if sha256 is not None and found != sha256.lower():
        raise ValueError(f"{url} has SHA-256 {found}, but {sha256.lower()} was due: nothing was written")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    write_whole(Path(path), content)
    return found


def fetch_all(folder: str | os.PathLike[str], sources: Mapping[str, str] = SOURCES) -> dict[str, str]:
    """Download files into a folder, and pin them there. Lesson 13.

    The course does not ship checksums of files that are not its own. It pins on first use: what came is
    written to SHA256SUMS in the folder, in the format of `sha256sum`, and from then on each file must be
    that one. Put a SHA256SUMS that you trust there before, and the first download is checked as well.

    Files that are there and right are not fetched again.

    Args:
        folder: where they go; made if it is not there.
        sources: name → address.

    Returns:
        name → SHA-256.

    Raises:
        ValueError: as `fetch` does, and for a SHA256SUMS that cannot be read; the files fetched before stay.
        ConnectionError: as `fetch` does.
    """
    folder = Path(folder)
    pinned = _pinned(folder / CHECKSUMS)
    for name, url in sources.items():
        path = folder / name
        if name not in pinned or not path.is_file() or _sha256(path) != pinned[name]:
            pinned[name] = fetch(url, path, pinned.get(name))
            lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(pinned.items()))
            write_whole(folder / CHECKSUMS, lines.encode())
    return {name: pinned[name] for name in sources}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Download English Web Treebank sentences with parts of speech (Universal Dependencies) and entities "
        "(Universal NER), both CC BY-SA 4.0, about 25 MB. SHA256SUMS in the folder pins what came: later "
        "downloads must be the same."
    )
    parser.add_argument(
        "folder", metavar="FOLDER", nargs="?", default="tagged-text", help="default: %(default)s"
    )


def run(args: argparse.Namespace) -> int:
    try:
        for name, digest in fetch_all(args.folder).items():
            print(f"{digest}  {Path(args.folder) / name}")
    except (ValueError, OSError) as error:
        raise UserError(str(error)) from None
    return 0


def _content(url: str, timeout: float) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:
            content: bytes = response.read(_MOST + 1)
            due = response.headers.get("Content-Length")
    except urllib.error.HTTPError as error:
        raise ConnectionError(f"{url} cannot be had: the server says {error.code} {error.reason}") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error or type(error).__name__
        raise ConnectionError(f"{url} cannot be reached ({reason}): is there internet?") from None
    if len(content) > _MOST:
        raise ValueError(f"{url} is over {_MOST} bytes, so it is not the file that was meant")
    if due is not None and len(content) != int(due):
        raise ConnectionError(f"{url} broke off after {len(content)} of {due} bytes: try again")
    return content


def _pinned(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pinned = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        match = re.fullmatch(r"([0-9a-fA-F]{64}) [ *](\S.*)", line)
        if match is None:
            raise ValueError(
                f"{path}, line {number}: a SHA-256, two blanks and a name are due here, not {line!r}"
            )
        pinned[match.group(2)] = match.group(1).lower()
    return pinned


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dlcourse.datasets.download")
    add_arguments(parser)
    try:
        return run(parser.parse_args())
    except UserError as error:
        print(f"dlcourse: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
