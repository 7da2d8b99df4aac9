"""What a stranger reads first, README and the first page of the site: numbers and commands that hold."""

import re
import shlex
import tomllib
from pathlib import Path

import nbformat
import pytest

from dlcourse import cli
from dlcourse.course.lessons import LESSONS

from .grading.sandbox.attacks import ATTACKS, CALL_BACK_ATTACKS

CLONE = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not (CLONE / "README.md").exists(), reason="not in a clone")

PAGES = [
    "README.md",
    *(f"docs/{name}.md" for name in ("index", "ko/index", "instructors", "where_it_runs", "about")),
]
PROJECT = re.compile(r"^(1[56])_")


def read(page):
    return (CLONE / page).read_text(encoding="utf-8")


def minutes(stem):
    """What the top of a lesson says of its time; None for one that says nothing."""
    first = nbformat.read(CLONE / "solutions" / f"{stem}.ipynb", as_version=4).cells[0].source
    found = re.search(r"\| Time \| (\d+) minutes", first)
    return int(found[1]) if found else None


TIMES = {stem: time for stem in LESSONS if (time := minutes(stem))}


def test_readme_gives_each_lesson_the_minutes_that_the_lesson_gives_itself():
    rows = re.findall(
        r"^\| \[\d\d .*?\]\(solutions/(\w+)\.ipynb\) \| (\d+) \|", read("README.md"), re.MULTILINE
    )
    assert len(TIMES) == 16
    assert {stem: int(time) for stem, time in rows if stem in TIMES} == TIMES


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_the_hours_of_the_course_are_those_of_its_lessons(page):
    text = " ".join(read(page).split())
    assert re.findall(r"about (\d+) hours", text) == [str(round(sum(TIMES.values()) / 60))]
    assert re.findall(r"of (\d+) to (\d+) minutes", text) == [
        (str(min(TIMES.values())), str(max(TIMES.values())))
    ]


def test_the_korean_first_page_says_the_same_hours():
    assert re.findall(r"(\d+)시간", read("docs/ko/index.md")) == [str(round(sum(TIMES.values()) / 60))]


def test_the_minutes_of_a_lesson_for_teachers_are_those_of_the_lessons():
    lessons = [time for stem, time in TIMES.items() if not PROJECT.match(stem)]
    assert f"lessons of {min(lessons)} to {max(lessons)} minutes" in read("docs/teaching/course.md")


def test_a_cell_that_runs_for_a_minute_fails_the_tests():
    settings = tomllib.loads(read("pyproject.toml"))["tool"]["pytest"]["ini_options"]
    assert "--nbval-cell-timeout=60" in settings["addopts"]
    assert "ran for a minute would fail" in read("README.md")
    assert "ran for 60 seconds would fail" in " ".join(read("docs/about.md").split())


def test_the_hostile_submissions_are_as_many_as_readme_says():
    assert f"the tests try {len(ATTACKS) + len(CALL_BACK_ATTACKS)} hostile ones" in read("README.md")


def typed(page):
    """The lines of a page that are to be typed, and the commands within its sentences."""
    blocks = re.findall(r"^```\n(.*?)^```", read(page), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    within = re.findall(r"`((?:[\w./]+/)?(?:dlcourse|pip|pytest|jupyter) [^`\n]+)`", read(page))
    return [one for line in (*lines, *within) for one in line.split("#")[0].split(" && ") if one.strip()]


@pytest.mark.parametrize("page", PAGES)
def test_commands_are_typed_in_an_activated_environment_on_every_page(page):
    assert [
        line for line in typed(page) if ".venv/bin/" in line and line.strip() != ". .venv/bin/activate"
    ] == []
    lines = typed(page)
    if any(line.startswith("python3 -m venv") for line in lines):
        assert lines[lines.index("python3 -m venv .venv") + 1].strip() == ". .venv/bin/activate"


def test_the_commands_of_readme_are_there_and_take_their_options():
    commands = [shlex.split(line)[1:] for line in typed("README.md") if line.startswith("dlcourse ")]
    assert len(commands) >= 12
    for command in commands:
        cli._parser(command).parse_args(command)


def test_the_extra_of_a_command_is_installed_on_a_line_before_it():
    needed = {"slides": "author", "questions": "author", "release": "author", "site": "site"}
    for page in ("README.md", "docs/instructors.md"):
        text = read(page)
        for command, extra in needed.items():
            at = text.index(f"\ndlcourse {command} ")
            assert f'\npip install -e ".[{extra}]"' in text[:at], f"{page}: dlcourse {command}"


def test_a_link_of_readme_leads_to_a_file_and_to_a_heading_in_it():
    for path, _, place in (
        link.partition("#") for link in re.findall(r"\]\(((?!https?:)[^)]+)\)", read("README.md"))
    ):
        assert not path or (CLONE / path).exists(), path
        if place:
            headings = re.findall(r"^#+ (.+)$", read(path or "README.md"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert place in slugs, f"{path}#{place}"


def test_readme_can_be_read_in_some_minutes():
    words = re.sub(r"\]\([^)]*\)", "]", read("README.md")).split()
    assert len([word for word in words if re.search(r"\w", word)]) <= 950
