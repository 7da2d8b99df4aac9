"""What stands around the code: workflows, citation, Binder."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dlcourse import __version__

CLONE = Path(__file__).parents[1]
WORKFLOWS = sorted((CLONE / ".github" / "workflows").glob("*.yml"))
pytestmark = pytest.mark.skipif(not WORKFLOWS, reason="not in a clone")


def text(*parts):
    return CLONE.joinpath(*parts).read_text(encoding="utf-8")


def used():
    """(action, what pins it, the comment) of every step and job that is somebody else's."""
    lines = "".join(text(path) for path in WORKFLOWS)
    return [use for use in re.findall(r"uses: *([^@\s]+)@?(\S*)(.*)", lines) if not use[0].startswith("./")]


def test_every_action_is_pinned_by_its_hash_with_the_version_beside_it():
    assert used()
    for action, pin, comment in used():
        assert re.fullmatch("[0-9a-f]{40}", pin), f"{action}@{pin}"
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), f"{action}{comment}"


def test_an_action_has_one_version_in_all_workflows():
    assert len(set(used())) == len({action for action, _, _ in used()})


def test_the_workflow_tries_each_python_that_the_package_names_and_the_constraints():
    project = tomllib.loads(text("pyproject.toml"))["project"]
    named = {one.rsplit(" ", 1)[1] for one in project["classifiers"] if re.search(r":: 3\.\d+$", one)}
    tests = text(".github", "workflows", "tests.yml")
    tried = set(re.findall(r'"(3\.\d+)"', re.search(r"python: (\[.*\])", tests)[1]))
    assert named and named <= tried
    assert project["requires-python"].removeprefix(">=") == min(tried, key=lambda v: int(v.split(".")[1]))
    assert "-c constraints/lowest.txt" in tests


def test_the_site_waits_for_the_tests_by_their_name():
    name = re.search(r"^name: (\w+)$", text(".github", "workflows", "tests.yml"), re.MULTILINE)[1]
    pages = text(".github", "workflows", "pages.yml")
    assert f"workflows: [{name}]" in pages and "workflow_run.conclusion == 'success'" in pages


def test_files_that_workflows_and_security_name_are_there():
    named = [path for workflow in WORKFLOWS for path in re.findall(r"tests/[\w./]+", text(workflow))]
    named += re.findall(r"\]\(([\w./]+)\)", text("SECURITY.md"))
    assert len(named) > 5
    assert [path for path in named if not (CLONE / path).exists()] == []


def test_the_citation_is_of_this_version():
    assert f"\nversion: {__version__}\n" in text("CITATION.cff")


def test_binder_puts_the_lessons_where_start_would(tmp_path):
    script = CLONE / ".binder" / "postBuild"
    environment = {**os.environ, "PYTHONPATH": str(CLONE)}
    subprocess.run([sys.executable, script], cwd=tmp_path, env=environment, check=True, timeout=60)
    put = {path.name for path in (tmp_path / "dlcourse-work").glob("*.ipynb")}
    assert put == {path.name for path in (CLONE / "lessons").glob("*.ipynb")}
