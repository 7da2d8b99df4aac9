"""What `pip install .` gives: a wheel that works away from the clone, with lessons and data in it."""

import csv
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import tomllib
import urllib.error
import urllib.request
import zipfile
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from .conftest import heeding_interrupts

CLONE = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not (CLONE / "pyproject.toml").exists(), reason="not in a clone")


def build(source, kind, folder):
    pytest.importorskip("hatchling", reason="hatchling builds what is tested here: install the extra `test`")
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, text=True, timeout=120)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build(CLONE, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    return build(CLONE, "sdist", tmp_path_factory.mktemp("sdist"))


def names(wheel):
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_has_the_lessons_as_they_are_in_the_clone(wheel):
    archive = zipfile.ZipFile(wheel)
    lessons = {name: archive.read(name) for name in names(wheel) if name.startswith("dlcourse/lessons/")}
    expected = {f"dlcourse/lessons/{path.name}": path.read_bytes() for path in CLONE.glob("lessons/*.ipynb")}
    assert expected
    assert {name: lessons.get(name) for name in expected} == expected


def test_the_wheel_has_the_data_the_settings_and_the_licence(wheel):
    data = {path.relative_to(CLONE).as_posix() for path in (CLONE / "dlcourse").rglob("*.npz")}
    settings = {path.relative_to(CLONE).as_posix() for path in (CLONE / "dlcourse").rglob("*.json")}
    assert data and settings
    assert data | settings <= names(wheel)
    assert any(name.endswith("licenses/LICENSE") for name in names(wheel))


def test_the_wheel_has_what_the_course_says_in_other_languages(wheel):
    ours = {path.relative_to(CLONE).as_posix(): path.read_bytes() for path in CLONE.glob("dlcourse/**/*.mo")}
    archive = zipfile.ZipFile(wheel)
    assert ours and {name: archive.read(name) for name in ours} == ours


def test_a_student_starts_in_korean_with_nothing_but_the_wheel(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    command = "from dlcourse.student import start; start._become = lambda command: 0; "
    command += "from dlcourse.cli import main; raise SystemExit(main(['start', '--language', 'ko']))"
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed"), "PYTHONUTF8": "1"}
    started = [sys.executable, "-c", command]
    done = subprocess.run(started, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    notebook = tmp_path / "dlcourse-work" / "03_activations.ipynb"
    assert "활성화함수" in notebook.read_text(encoding="utf-8")


def test_the_wheel_says_that_its_types_are_to_be_read(wheel):
    assert "dlcourse/py.typed" in names(wheel)


def test_the_wheel_has_no_answers_and_no_tests(wheel):
    assert not [name for name in names(wheel) if "solutions/" in name or name.startswith("tests/")]


def test_the_index_shows_a_readme_without_links_that_lead_nowhere_there(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in names(wheel) if name.endswith(".dist-info/METADATA"))
    page = archive.read(name).decode("utf-8")
    assert "## For instructors" in page and "Author: dlcourse contributors" in page
    links = re.findall(r"\]\(([^)\s]+)\)", page)
    assert links and [link for link in links if not link.startswith("https://")] == []


def test_where_the_repository_has_an_address_links_and_pictures_lead_there():
    index_page = runpy.run_path(str(CLONE / "hatch_build.py"))["index_page"]
    readme = "![A lesson](docs/a.png), [guide](docs/guide.md#top), [wrapped](https://b.org), [below](#end)"
    there = index_page(readme, "https://host.org/course", "v1.2")
    assert "![A lesson](https://host.org/course/raw/v1.2/docs/a.png)" in there
    assert "[guide](https://host.org/course/blob/v1.2/docs/guide.md#top)" in there
    assert there.endswith("[wrapped](https://b.org), [below](#end)")
    assert index_page(readme, "", "v1.2") == ", guide, [wrapped](https://b.org), [below](#end)"


def test_the_sdist_builds_the_same_wheel(sdist, wheel, tmp_path):
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    again = build(source, "wheel", tmp_path / "wheel")
    assert names(again) == names(wheel)


PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
SOLVED = "03_activations"


def interpreter(version):
    """The path of a Python of this version that runs: this one, one on PATH, one of pyenv's."""
    candidates = [sys.executable] if sys.version.startswith(f"{version}.") else []
    candidates += filter(None, [shutil.which(f"python{version}")])
    candidates += sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))
    asked = "import sys; print(sys.version)"
    for path in candidates:
        if subprocess.run([path, "-c", asked], capture_output=True, text=True).stdout.startswith(version):
            return path
    return None


@pytest.fixture(scope="module", params=PYTHONS)
def python(request):
    """The interpreters to install into: the one of these tests, or with --pythons each that is here."""
    if not request.config.getoption("--pythons") and not sys.version.startswith(f"{request.param}."):
        pytest.skip("tried with `pytest tests/test_packaging.py --pythons`")
    path = interpreter(request.param) or pytest.skip(f"no Python {request.param} on PATH or under ~/.pyenv")
    reached = subprocess.run([*PIP, "index", "versions", "numpy"], capture_output=True)
    return path if reached.returncode == 0 else pytest.skip("no package index can be reached")


def emptied(python, folder):
    """An environment with nothing in it: `.install(what)` into it, `.run(program, …)` in it."""
    subprocess.run([python, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    there = folder / "venv" / "bin"
    pip = [*PIP, "--python", there / "python", "install", "--quiet", "--no-compile"]
    ours = ("PYTHON", "JUPYTER")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(ours)}

    def run(program, *argv, start=subprocess.run, **options):
        options = {"cwd": folder, "env": outside | {"HOME": str(folder)}, "text": True, **options}
        return start([there / program, *argv], **options)

    def install(*what):
        subprocess.run([*pip, *what], check=True, timeout=900)

    return SimpleNamespace(run=run, install=install, dlcourse=partial(run, "dlcourse"))


@pytest.fixture(scope="module")
def environment(python, wheel, tmp_path_factory):
    """An environment that was empty, and now has the wheel and what it asks for."""
    environment = emptied(python, tmp_path_factory.mktemp("empty"))
    environment.install(wheel)
    return environment


@pytest.fixture(scope="module")
def server(python, wheel, tmp_path_factory):
    """One that only grades, made as docs/instructors.md says."""
    server = emptied(python, tmp_path_factory.mktemp("server"))
    server.install("-r", CLONE / "requirements" / "grading.txt")
    server.install("--no-deps", wheel)
    return server


def page(address):
    """JupyterLab prints its address a moment before it listens there."""
    until = time.monotonic() + 60
    while True:
        try:
            return urllib.request.urlopen(address, timeout=60).read().decode()
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_in_an_empty_environment_a_student_starts_and_sees_the_progress(environment):
    argv = ["start", "--no-browser"]
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    server = environment.dlcourse(*argv, start=subprocess.Popen, preexec_fn=heeding_interrupts, **piped)
    try:
        address = next(line.strip() for line in server.stdout if "http://" in line)
        assert "JupyterLab" in page(address)
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)
    status = environment.dlcourse("status", capture_output=True)
    assert status.returncode == 0, status.stderr
    assert all(path.stem in status.stdout for path in CLONE.glob("lessons/*.ipynb"))


def test_in_an_empty_environment_an_instructor_grades(environment, tmp_path):
    graded_all_right(environment, tmp_path)


def test_a_server_that_only_grades_needs_no_jupyter_and_no_figures(server, tmp_path):
    graded_all_right(server, tmp_path)
    results = tmp_path / "out"
    for argv in (
        ["report", results],
        ["export", results, "--format", "csv", "--to", tmp_path / "grades.csv"],
        ["export", results, "--format", "gradescope", "--to", tmp_path / "gradescope"],
    ):
        done = server.dlcourse(*argv, capture_output=True)
        assert done.returncode == 0, done.stderr
    for name in ("jupyterlab", "IPython", "matplotlib", "nbformat"):
        assert server.run("python", "-c", f"import {name}", capture_output=True).returncode == 1, name


def test_a_core_installation_reruns_the_lessons(environment, tmp_path):
    """With the settings of the clone, which are made for pytest-xdist."""
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(CLONE / name, tmp_path)
    (tmp_path / "lessons").mkdir()
    shutil.copy(CLONE / "lessons" / "10_dropout.ipynb", tmp_path / "lessons")
    command = ["-m", "pytest", "--nbval", "lessons"]
    done = environment.run("python", *command, cwd=tmp_path, capture_output=True)
    assert done.returncode == 0 and " passed" in done.stdout, done.stdout + done.stderr


def graded_all_right(environment, tmp_path):
    (tmp_path / "in" / "ada").mkdir(parents=True)
    shutil.copy(CLONE / "solutions" / f"{SOLVED}.ipynb", tmp_path / "in" / "ada")
    graded = environment.dlcourse("grade", tmp_path / "in", "--out", tmp_path / "out", capture_output=True)
    assert graded.returncode == 0, graded.stderr
    rows = list(csv.DictReader((tmp_path / "out" / "scores.csv").open(encoding="utf-8-sig")))
    mine = [row["status"] for row in rows if row["lesson"] == SOLVED]
    assert mine and set(mine) == {"passed"}


def test_the_sdist_installs_there_too(environment, sdist):
    environment.install("--force-reinstall", "--no-deps", sdist)
    assert environment.dlcourse("--version", capture_output=True).stdout.startswith("dlcourse ")
    assert environment.dlcourse("status", "--help", capture_output=True).returncode == 0


def test_every_dependency_says_what_it_is_for():
    text = (CLONE / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    wanted = [one for extra in project["optional-dependencies"].values() for one in extra]
    lines = [line.strip() for line in text.splitlines()]
    for one in project["dependencies"] + wanted:
        assert any(line.startswith(f'"{one}",') and "# " in line for line in lines), one
