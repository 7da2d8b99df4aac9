"""What changes the version of an exercise, and what leaves it as it is."""

import pkgutil
import re
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

import dlcourse
from dlcourse.exercises import exercises
from dlcourse.exercises.engine import version as module
from dlcourse.exercises.engine.version import version

CLONE = Path(__file__).parents[3]
FILES = {
    "topic": """
import numpy as np

from dlcourse import losses as reference
from dlcourse.engine import Exercise, call

LESSON = "00_none"
QUIZ = ()
half = Exercise("half", LESSON, reference.half, hint="")
double = Exercise("double", LESSON, reference.double, hint="")
again = Exercise("again", LESSON, lambda x: x * 4, hint="", builds_on=(double,))


def number(rng):
    \"\"\"One number.\"\"\"
    return rng.normal()


@half.test("halves", points=1)
def _(rng):
    return call(number(rng)).within(1e-9)


@double.test("doubles", points=1)
def _(rng):
    for entry in TABLE:
        yield call(np.exp(entry))


half.mistake("Twice.", lambda x: 2 * x)
TABLE = {1: "one"}
TABLE[2] = "two"
""",
    "losses": """
FACTOR = 2.0


def half(x):
    # by division
    return _divided(x, FACTOR)


def double(x):
    return x * 2


def _divided(x, by):
    return x / by


def idle(x):
    return x
""",
    "engine": """
class Exercise:
    points: int = 0

    def __init__(self, *all, **named):
        self.exact = _same

    def test(self, words, points):
        self.points += points


def call(*args):
    return args


def _same(one, other):
    return one == other
""",
}
ALL = {"half", "double", "again"}
DOUBLES = {"double", "again"}


@pytest.fixture
def versions(tmp_path, monkeypatch):
    """Of the three exercises above, with some of the files in other words."""
    numbers = count()

    def read(**changed):
        root = tmp_path / str(next(numbers))
        monkeypatch.setattr(module, "_ROOT", root)
        for name, text in (FILES | changed).items():
            file = root / "dlcourse" / f"{name}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return {name: version(root / "dlcourse" / "topic.py", name) for name in sorted(ALL)}

    return read


def changed(versions, file, old, new):
    assert FILES[file].count(old) == 1
    before, after = versions(), versions(**{file: FILES[file].replace(old, new)})
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize(
    ("file", "old", "new", "changes"),
    [
        ("topic", '"halves"', '"halves it"', {"half"}),
        ("topic", '"halves", points=1', '"halves", points=2', {"half"}),
        ("topic", ".within(1e-9)", ".within(1e-6)", {"half"}),
        ("topic", "lambda x: 2 * x", "lambda x: x + x", {"half"}),
        ("topic", '"doubles", points=1', '"doubles", points=2', DOUBLES),
        ("topic", "lambda x: x * 4", "lambda x: 4 * x", {"again"}),
        ("topic", "builds_on=(double,)", "builds_on=()", {"again"}),
        ("topic", "rng.normal()", "rng.random()", {"half"}),
        ("topic", 'TABLE[2] = "two"', 'TABLE[3] = "two"', DOUBLES),
        ("topic", "np.exp(", "np.exp2(", DOUBLES),
        ("topic", "import numpy as np", "import scipy as np", DOUBLES),
        ("topic", '"00_none"', '"01_some"', ALL),
        ("losses", "2.0", "3.0", {"half"}),
        ("losses", "x / by", "x // by", {"half"}),
        ("losses", "x * 2", "x * True", DOUBLES),
        ("losses", "x * 2", "x * 2.0", DOUBLES),
        ("engine", "one == other", "one is other", ALL),
        ("engine", "+= points", "-= points", ALL),
        ("engine", "points: int", "points", ALL),
    ],
)
def test_a_change_that_judging_reaches_changes_the_versions_that_it_touches(
    versions, file, old, new, changes
):
    assert changed(versions, file, old, new) == changes


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("topic", '"""One number."""', '"""A number, drawn anew."""'),
        ("topic", '    """One number."""\n', ""),
        ("topic", "number(rng):", "number(rng: np.random.Generator) -> float:"),
        ("topic", "QUIZ = ()", "QUIZ = (1,)"),
        (
            "topic",
            "call(number(rng)).within(1e-9)",
            "(\n        call(\n    number(rng),\n  ).within(1E-9)\n)",
        ),
        ("topic", '"Twice."', '"Twi" "ce."'),
        ("topic", "LESSON = ", "LESSON: str = "),
        ("topic", "import numpy as np", "import math\nimport numpy as np"),
        ("losses", "# by division", "# by the factor"),
        ("losses", "    return x\n", "    return -x\n"),
        ("losses", "FACTOR = 2.0", '"""Of nothing."""\n\nFACTOR = 2.0'),
        ("engine", "def call(*args):", "def unused():\n    pass\n\n\ndef call(*args):"),
        ("engine", "def call(*args):", 'def call(*args):\n    """What is asked."""'),
    ],
)
def test_what_judging_does_not_reach_leaves_the_versions(versions, file, old, new):
    assert changed(versions, file, old, new) == set()


def test_code_that_moves_to_another_file_leaves_the_versions(versions):
    """With its imports: from losses to metrics, from topic to draws, numpy under its own name."""
    divided = "\n\ndef _divided(x, by):\n    return x / by\n"
    number = '\n\ndef number(rng):\n    """One number."""\n    return rng.normal()\n'
    topic = FILES["topic"].replace(number, "").replace("np", "numpy").replace("numpy as numpy", "numpy")
    moved = {
        "losses": "from dlcourse.new.metrics import _divided\n" + FILES["losses"].replace(divided, ""),
        "new/metrics": divided,
        "new/draws": number,
        "topic": "from dlcourse.new import draws\n" + topic.replace("number(rng)", "draws.number(rng)"),
    }
    assert versions(**moved) == versions()


def test_a_helper_that_is_chosen_by_a_condition_is_reached(versions):
    def chosen(how):
        divided = "def _divided(x, by):\n    return x / by\n"
        either = f"if FACTOR:\n    def _divided(x, by):\n        return x {how} by\n"
        return versions(losses=FILES["losses"].replace(divided, either))

    before, after = chosen("/"), chosen("//")
    assert {name for name in before if before[name] != after[name]} == {"half"}


def test_a_helper_that_a_package_hands_on_is_followed(versions):
    handed_on = {"topic": FILES["topic"].replace("import losses", "import rules")}
    handed_on |= {"rules/__init__": "from dlcourse.losses import double, half\n"}
    before = versions(**handed_on)
    assert before == versions()
    after = versions(**handed_on, losses=FILES["losses"].replace("x / by", "x // by"))
    assert {name for name in before if before[name] != after[name]} == {"half"}


SYNTAX = '''
@decorated("x", [1, *other], **more)
def all_kinds(a: int, /, b=1_000, *c: str, d: float = 1e3, **e) -> None:
    """Said."""
    x = f"{a:>{b}} {d!r}" "and" f"{c=}" u"old" if (y := a) else rb"\\n" + 2j
    match e:
        case {"k": [1, *rest], **kw} | Point(x=0):
            del x
    try:
        with open(x) as f, g:
            yield from (lambda z, *, w=...: -z @ w)(*[i for i in c if i is not None])
    except* (ValueError, A.b) as error:
        raise error from None
    else:
        global G; assert a[1:, ::2] <= b < 3, {"é", "\\ud800"}
    x: int = 5
    z: str

class K(Base, metaclass=M):
    field: list[int] = []
    async def f(self): await self; return
'''


def test_the_version_is_the_same_in_every_python(tmp_path):
    """The digits come from 3.11, 3.12 and 3.13, whose syntax trees of this differ."""
    (tmp_path / "syntax.py").write_text(SYNTAX, encoding="utf-8")
    assert [version(tmp_path / "syntax.py", name) for name in ("all_kinds", "K")] == [
        "e51c480bdd3a8955",
        "3d24cb65f4a6a2f8",
    ]


def of_the_course(tmp_path, monkeypatch, file, old, new):
    """{exercise: version} of the course with one file in other words."""
    root = tmp_path / f"{len(list(tmp_path.iterdir()))}"
    ignored = shutil.ignore_patterns("*.npz", "__pycache__")
    shutil.copytree(CLONE / "dlcourse", root / "dlcourse", ignore=ignored)
    text = (root / "dlcourse" / file).read_text(encoding="utf-8")
    assert old in text
    (root / "dlcourse" / file).write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(module, "_ROOT", root)
    topics = {each.name: f"{each.lesson[3:]}.py" for each in exercises().values()}
    return {name: version(root / "dlcourse" / "exercises" / topic, name) for name, topic in topics.items()}


ON_RELU = {"relu", "relu_backward", "leaky_relu", "leaky_relu_backward", "elu", "elu_backward"}
ON_RELU |= {"dropout_layer_gradients", "forward_pass", "backward_pass", "train_network", "predict"}
ON_RELU |= {"train_and_predict"}


@pytest.mark.parametrize(
    ("file", "old", "new", "changes"),
    [
        ("activations.py", "\ndef ", "\n# a comment,\ndef ", set()),
        ("activations.py", "Lesson 03", "Lesson three", set()),
        ("activations.py", ".clip(0, np.inf)", ".clip(0, 99.0)", ON_RELU),
        ("exercises/engine/comparison.py", '"float64": 1e-9', '"float64": 1e-8', set(exercises())),
        ("exercises/engine/calls.py", "MAX_DEPTH = ", "MAX_DEPTH = 1 + ", set(exercises())),
        ("exercises/engine/competition.py", "MARGIN = 3", "MARGIN = 4", {"train_and_predict"}),
        ("exercises/capstone.py", "share=0.75", "share=0.76", {"train_and_predict"}),
        ("datasets/waveforms.py", "WHITE_NOISE = 0.02", "WHITE_NOISE = 0.03", {"train_and_predict"}),
        ("grading/pipeline.py", "started, ", "at, ", set()),
    ],
)
def test_an_edit_of_the_course_regrades_what_it_may_judge_otherwise(
    tmp_path, monkeypatch, file, old, new, changes
):
    before = {each.name: each.version for each in exercises().values()}
    after = of_the_course(tmp_path, monkeypatch, file, old, new)
    assert {name for name in before if before[name] != after[name]} == changes


def test_each_exercise_has_a_version_of_its_own():
    versions = [each.version for each in exercises().values()]
    assert len(set(versions)) == len(versions)
    assert all(len(each) == 16 and int(each, 16) for each in versions)


def test_the_version_does_not_depend_on_what_else_is_imported():
    def versions(*first):
        code = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]; "
        code += "from dlcourse.exercises import exercises; print([e.version for e in exercises().values()])"
        return subprocess.run([sys.executable, "-c", code, *first], capture_output=True, check=True).stdout

    everything = [info.name for info in pkgutil.walk_packages(dlcourse.__path__, "dlcourse.")]
    imported = [name for name in everything if not re.search("authoring|__main__|grading.box", name)]
    assert len(imported) > 60
    assert versions() == versions(*imported)
