"""Every section of the document, exercise and lesson is followed to where it is taught, built and tested."""

import ast
import importlib
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from dlcourse.exercises import catalogue, exercises

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "traceability.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip(" `") for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if re.match(r"\| ([A-GX]\d|H |\+ )", line)
]


@pytest.mark.parametrize(
    ("section", "place", "function", "exercise", "test"), ROWS, ids=[row[0] for row in ROWS]
)
def test_every_row_leads_to_a_heading_a_function_an_exercise_and_a_test(
    section, place, function, exercise, test
):
    number, heading = place.split(" · ", 1)
    (source,) = (ROOT / "solutions").glob(f"{number}_*.py")
    text = source.read_text(encoding="utf-8")
    assert re.search(rf"^# #+ {re.escape(heading)}", text, re.MULTILINE)
    if section.startswith("X"):
        assert f"Correction {section.split()[0]}." in text
    module, name = function.split(".")
    reference = getattr(importlib.import_module(f"dlcourse.{module}"), name)
    assert callable(reference)
    assert exercise in catalogue()[source.stem]
    assert any(used is reference for used in uses(ROOT / test)), (
        f"{test} imports or names dlcourse.{function} at most: write a test there that calls it"
    )


@cache
def uses(path):
    """What a test file uses of dlcourse: what it imports and names again, and attributes of its modules."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    imports = [imported(node) for node in nodes if isinstance(node, ast.ImportFrom)]
    known = {name: thing for pairs in imports for name, thing in pairs}
    attributes = [
        node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    ]
    return [known.get(node.id) for node in nodes if isinstance(node, ast.Name)] + [
        getattr(known.get(node.value.id), node.attr, None) for node in attributes
    ]


def imported(node):
    """(name in the file, what it stands for) for each that `from dlcourse… import …` brings."""
    if not node.module or node.module.split(".")[0] != "dlcourse":
        return
    module = importlib.import_module(node.module)
    for alias in node.names:
        yield alias.asname or alias.name, getattr(module, alias.name, None)  # None: a submodule


def test_an_import_a_comment_or_a_longer_name_is_no_use(tmp_path):
    from dlcourse import activations, losses

    path = tmp_path / "test_some.py"
    path.write_text(
        "from dlcourse import activations as a\n"
        "from dlcourse.losses import softmax, cross_entropy\n"
        "# a.relu(x)\n"
        "names = ['relu', softmax(x), a.leaky_relu]\n"
    )
    assert losses.softmax in uses(path) and activations.leaky_relu in uses(path)
    assert losses.cross_entropy not in uses(path) and activations.relu not in uses(path)


# What the document says, section by section, and what the course corrects in it (X): none of it may be lost.
DOCUMENT = """
A1: choose the network; bag of words
A2: by differences; which step; how far apart; what is checked; the loss's gradient;
    a whole network; kinks, penalties, noise; why before training
A3: initialise
A4: optimise; from scores to probabilities
A5: the five steps; prevent overfitting
B0: why non-linear
B1: sigmoid; its derivative; saturation; cost of exp; sign of the gradients
B2: tanh; its derivative; faster than sigmoid
B3: ReLU; its gradient; dead for x < 0
B4: Leaky ReLU; its gradient
B5: ELU; does not die; the family
B6: Maxout; its cost
C0: too large; all alike, biases
C1: LeCun
C2: Glorot
C3: He; in training
D0: gradient descent
D1: batch descent; convex and not
D2: stochastic descent
D3: mini-batches
E1: momentum; friction; in the valley
E2: Nesterov; on digits
E3: AdaGrad; the rate shrinks
E4: RMSProp
E5: Adam
E6: the contour race; the saddle point; compared fairly
F1: smaller model
F2: early stopping
F3: L2
F4: L1; sparse weights
F5: L1 and L2
F6: dropout; its gradient; like an ensemble; against overfitting
G1: too large, too small; why it should fall; step decay; exponential decay; 1/t decay; today;
    compared; the warm-up
G2: what is searched; ranges; random samples; short trainings, validation score; narrow, repeat; on many cores
G3: one trunk, two heads; one loss; the gradients add; names; does it help; the tasks weighed; real text
H: forwards; backwards; depth and learning rate; training and test; small batches
X1: Xavier is Glorot
X2: the uniform range
X3: bias correction
X4: open ranges
X5: eps
X6: by a factor
X7: perceptron
X8: at test
X9: where tanh saturates
X10: where it ends
X11: weight decay
X12: its name
X13: six times faster
"""


def test_nothing_that_the_document_says_or_has_wrong_has_lost_its_row():
    said = [line.split(": ") for line in DOCUMENT.replace("\n    ", " ").strip().splitlines()]
    due = {f"{section} {part}" for section, parts in said for part in parts.split("; ")}
    assert due - {row[0] for row in ROWS} == set()


PAGE = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
ROW = r"^### .+\?\n\*\*.+?\*\* (.+)\n"  # the question, what to do first, what was seen
DECISIONS = re.findall(ROW + r"\[(\d\d) · (.+?)\]\(\.\./solutions/(.+?)\.ipynb\)$", PAGE, re.MULTILINE)
ON_PAGES = re.findall(ROW + r"\[.+ · (.+?)\]\((\w+\.md)\)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("seen", "number", "heading", "stem"), DECISIONS)
def test_every_decision_leads_to_the_experiment_that_it_rests_on(seen, number, heading, stem):
    assert stem.startswith(number)
    source = (ROOT / "solutions" / f"{stem}.py").read_text(encoding="utf-8")
    assert re.search(rf"^# #+ {re.escape(heading)}$", source, re.MULTILINE)


@pytest.mark.parametrize(("seen", "number", "heading", "stem"), DECISIONS)
def test_every_number_of_a_decision_was_printed_by_its_lesson(seen, number, heading, stem):
    cells = json.loads((ROOT / "solutions" / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    printed = "".join("".join(output.get("text", ())) for output in outputs)
    assert numbers(seen) <= numbers(printed)


@pytest.mark.parametrize(("seen", "heading", "page"), ON_PAGES, ids=[page for *_, page in ON_PAGES])
def test_a_decision_that_rests_on_a_page_quotes_what_its_script_printed(seen, heading, page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert f"\n## {heading}\n" in text
    assert numbers(seen) and numbers(seen) <= numbers(printed_on(text))


def printed_on(page):
    """What a script printed, as it stands at the end of a page."""
    return re.search(r"It prints\n\n```\n(.+?)\n```\n$", page, re.DOTALL)[1]


SCRIPTS = ["first_weights", "loss_nan"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_number_in_the_tables_of_a_page_was_printed_by_its_script(name):
    page = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    rows = [row for row in page.splitlines() if row.startswith("| ")][1:]
    quoted = set().union(*(numbers(row) for row in rows))
    assert len(quoted) > 5 and quoted - numbers(printed_on(page)) == set()


@pytest.mark.parametrize("name", [pytest.param("first_weights", marks=pytest.mark.long), "loss_nan"])
def test_a_script_prints_what_its_page_says(name):
    command = [sys.executable, ROOT / "scripts" / f"{name}.py"]
    printed = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=1200).stdout
    assert printed.rstrip() == printed_on((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8"))


def numbers(text):
    return {float(found) for found in re.findall(r"(?<![\w/^.])\d+(?:\.\d+)?", text)}


def test_every_row_of_the_decisions_is_read_and_every_lesson_has_its_say():
    assert len(DECISIONS) + len(ON_PAGES) == PAGE.count("\n### ") > 25
    silent = catalogue().keys() - {stem for *_, stem in DECISIONS}
    form = "### Question?\n**First answer.** What was seen.\n[NN · HEADING](../solutions/NN_topic.ipynb)"
    assert not silent, f"add to docs/decisions.md, for {', '.join(silent)}:\n{form}"


@pytest.mark.parametrize("exercise", exercises().values(), ids=exercises())
def test_every_exercise_stands_in_a_row(exercise):
    number, module = exercise.lesson[:2], exercise.reference.__module__.removeprefix("dlcourse.")
    row = (
        f"| SECTION in a few words | {number} · HEADING | `{module}.{exercise.reference.__name__}` "
        f"| `{exercise.name}` | `tests/test_{module}.py` |"
    )
    assert any(row[3] == exercise.name and row[1].startswith(number) for row in ROWS), (
        f"add to docs/traceability.md, in place of SECTION + for what the document does not have:\n{row}"
    )


@pytest.mark.parametrize("stem", catalogue())
def test_every_numbered_section_of_a_lesson_stands_in_a_row(stem):
    text = (ROOT / "solutions" / f"{stem}.py").read_text(encoding="utf-8")
    headings = [row[1].split(" · ", 1)[1] for row in ROWS if stem.startswith(row[1].split(" · ")[0])]
    sections = [part for part in re.split(r"^# ## ", text, flags=re.MULTILINE) if re.match(r"\d+\. ", part)]
    untraced = [
        section.splitlines()[0]
        for section in sections
        if not any(re.search(rf"^(# ### )?{re.escape(h)}", section, re.MULTILINE) for h in headings)
    ]
    assert sections, f"solutions/{stem}.py has no section: head one `## 1. …`"
    assert untraced == [], "add a row to docs/traceability.md for each"
