"""Options and fixtures of the project's own tests."""

import gettext
import signal
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from hypothesis import settings

from dlcourse.course import language

settings.register_profile("course", deadline=None)  # a loaded machine is no fault in what is tested
settings.load_profile("course")

CLONE = Path(__file__).parents[1]
collect_ignore = ["fixtures"]  # files of an earlier version, notebooks among them


def pytest_addoption(parser):
    parser.addoption("--screenshots", metavar="DIR", help="where tests/browser leave their pictures")
    parser.addoption("--long", action="store_true", help="run the long sessions in JupyterLab as well")
    parser.addoption("--pythons", action="store_true", help="install into every Python that is found")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: give --long"))


def heeding_interrupts() -> None:
    """In a new process: Ctrl-C means what it usually does, also where it is ignored, as under `nohup … &`."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def build_site(folder, *options):
    """What `dlcourse site` makes; the test is skipped where its parts cannot be had."""
    for name in ("sphinx", "furo", "myst_nb"):
        pytest.importorskip(name, reason=f"no {name}: install the extra `site`")
    from dlcourse.authoring import npm
    from dlcourse.course.errors import UserError

    try:
        for package in (npm.MATHJAX, npm.HANGUL):
            npm.tarball(package)
    except UserError as error:
        pytest.skip(str(error))
    command = [sys.executable, "-m", "dlcourse", "site", str(folder), *options]
    built = subprocess.run(command, cwd=CLONE, capture_output=True, text=True, timeout=600, check=False)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture
def korean(tmp_path, monkeypatch):
    """The catalogue: `korean({english: korean})` has the course say so, and nothing else, in Korean."""
    monkeypatch.setattr(language, "FOLDER", tmp_path / "languages")

    def forget():
        for known in (language._catalogue, language._digest, language._settled):
            known.cache_clear()
        gettext._translations.clear()  # it keeps each file that it has read

    def says(texts):
        catalogue = polib.POFile()
        catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
        catalogue.extend(polib.POEntry(msgid=ours, msgstr=theirs) for ours, theirs in texts.items())
        path = tmp_path / "languages" / "ko" / "LC_MESSAGES" / "dlcourse.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(catalogue.to_binary())
        forget()

    forget()
    yield says
    forget()


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """The web site of the course, built once for all test processes."""
    fcntl = pytest.importorskip("fcntl", reason="no fcntl: one process cannot wait for another here")
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    with open(shared / "site.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
        folder = shared / "site"
        return folder if folder.exists() else build_site(folder)


@pytest.fixture(scope="session")
def site_with_links(tmp_path_factory):
    """The web site with the answers on pages of their own."""
    return build_site(tmp_path_factory.mktemp("site") / "linked", "--solutions", "linked")
