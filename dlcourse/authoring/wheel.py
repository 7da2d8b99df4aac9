"""The package as a wheel, made of the clone or given as a file."""

import importlib.util
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from dlcourse import __version__
from dlcourse.course.errors import UserError

WHEEL = f"dlcourse-{__version__}-py3-none-any.whl"


def make_wheel(root: Path) -> bytes:
    """The wheel of a clone, the same bytes each time; raises UserError where it cannot be made."""
    if importlib.util.find_spec("hatchling") is None:
        raise UserError(
            "the wheel is made with hatchling: `pip install hatchling`, or give --wheel FILE or --no-wheel"
        )
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        made = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if made.returncode:
            said = made.stderr.strip().splitlines()[-1:] or ["hatchling does not say why"]
            raise UserError(f"the wheel of {root} cannot be made: {said[0]}; or give --wheel or --no-wheel")
        (path,) = Path(folder).iterdir()
        return read_wheel(path)


def read_wheel(path: Path) -> bytes:
    """The wheel of this version; raises UserError where it is another file."""
    if path.name != WHEEL:
        raise UserError(
            f"{path.name} is not the wheel of this version; make {WHEEL} with `pip wheel . --no-deps`"
        )
    try:
        content = path.read_bytes()
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise UserError(f"cannot read the wheel {path}: {error}") from None
    if unfit := [name for name in names if name.startswith(("solutions/", "tests/"))]:
        raise UserError(f"{path.name} has {unfit[0]}: make it with `pip wheel . --no-deps` in a clone")
    return content
