"""Packages of the npm registry, each at one version with one checksum, kept for the next time."""

import os
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.datasets.download import fetch

REGISTRY = "https://registry.npmjs.org"


@dataclass(frozen=True)
class Package:
    """One version of a package, `@scope/name` if it has one. `sha256` is that of its tarball."""

    name: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.name.rpartition('/')[2]}-{self.version}.tgz"


MATHJAX = Package("mathjax", "3.2.2", "1b9c0a1c44df864e915690558e72adb9cc5203360daefd385084ced3b6c64c09")
MATHJAX_FILES = r"es5/tex-chtml\.js|es5/output/chtml/fonts/woff-v2/.*\.woff|LICENSE"
HANGUL = Package(
    "@fontsource/nanum-gothic", "5.3.0", "908812fdb83adc1f889b62465f5bfd091baebf5cda0fff85bb099218498add71"
)
HANGUL_FILES = r"files/nanum-gothic-korean-400-normal\.woff2|LICENSE"
REVEAL = Package("reveal.js", "5.2.1", "359b575dd51bbda32f89b2fd4c7dc46ad7389a805572158916c29252f7a27333")


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
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content and re.fullmatch(f"package/(?:{wanted})", member.name):
                path = folder / member.name.removeprefix("package/")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())


def cache() -> Path:
    """Where tarballs are kept: XDG_CACHE_HOME/dlcourse, or ~/.cache/dlcourse."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dlcourse"


def registry() -> str:
    """The one that npm is configured to ask; where there is no npm, npm_config_registry or the public one.

    Raises UserError where npm cannot say.
    """
    npm = shutil.which("npm")
    if npm is None:
        named = {name.lower(): value for name, value in os.environ.items()}.get("npm_config_registry")
        return (named or REGISTRY).rstrip("/")
    done = subprocess.run([npm, "config", "get", "registry"], capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout.strip():
        raise UserError(f"`npm config get registry` fails: {done.stderr.strip()[:300] or 'it says nothing'}")
    return done.stdout.strip().rstrip("/")
