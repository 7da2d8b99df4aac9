"""Packages of the npm registry, each at one version with one checksum, kept for the next time."""

import os
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.datasets.download import fetch

REGISTRY = "https://registry.npmjs.org"


@dataclass(frozen=True)
class Package:
    """One version of a package. `sha256` is that of its tarball."""

    name: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.name}-{self.version}.tgz"


MATHJAX = Package("mathjax", "3.2.2", "1b9c0a1c44df864e915690558e72adb9cc5203360daefd385084ced3b6c64c09")


def tarball(package: Package) -> Path:
    """The package's tarball, from the cache if it is there; raises UserError where it cannot be had."""
    path = cache() / package.file
    if not path.is_file():
        try:
            fetch(f"{registry()}/{package.name}/-/{package.file}", path, package.sha256)
        except (OSError, ValueError) as error:
            raise UserError(
                f"{error}; put {package.file} into {path.parent} if you have it elsewhere"
            ) from None
    return path


def unpack(package: Package, wanted: str, folder: Path) -> None:
    """Write the files of a package whose path below `package/` matches `wanted` into `folder`, paths kept."""
    with tarfile.open(tarball(package)) as archive:
        members = [one for one in archive if one.isfile() and re.fullmatch(f"package/(?:{wanted})", one.name)]
        for member in members:
            path = folder / member.name.removeprefix("package/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.extractfile(member).read())


def cache() -> Path:
    """Where tarballs are kept: XDG_CACHE_HOME/dlcourse, or ~/.cache/dlcourse."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dlcourse"


def registry() -> str:
    """What npm would ask: npm_config_registry, however it is written, else ~/.npmrc, else the public one."""
    named = {name.lower(): value for name, value in os.environ.items()}.get("npm_config_registry")
    return (named or _configured() or REGISTRY).rstrip("/")


def _configured() -> str | None:
    try:
        text = (Path.home() / ".npmrc").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    found = re.search(r"^\s*registry\s*=\s*(https?://\S+)", text, re.MULTILINE)
    return found and found[1]
