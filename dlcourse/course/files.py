"""Files that are there whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

ONE_AGE = 315_619_200  # 2 January 1980: whatever the time zone, no earlier than a zip can say


def write_whole(path: Path, content: bytes, durable: bool = False, private: bool = False) -> None:
    """Write beside `path`, then rename: a reader finds the old file or the new one, never half of one.

    durable: wait until it is on the disk, so that this holds after a power cut too.
    private: no other account of this machine may read it, whatever the umask.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(beside, "wb", opener=_private if private else None) as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def write_folder_whole(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write `files`, {path: content}, beside `folder`, then rename; all are of one age, readable by anyone.

    `folder` is not there yet, or is empty.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, content in files.items():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            (beside / name).write_bytes(content)
        for path in [*beside.rglob("*"), beside]:
            path.chmod(0o755 if path.is_dir() else 0o644)
            os.utime(path, (ONE_AGE, ONE_AGE))
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
