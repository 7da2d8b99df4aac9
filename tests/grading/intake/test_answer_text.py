"""Which answers say the same, and that no text is too much to compare."""

import time

import pytest

from dlcourse.grading.intake.answer_text import answer_text

ANSWER = """
def softmax(z):
    shifted = z - z.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=1, keepdims=True)
"""


def same(one, other):
    return answer_text("softmax", [one]) == answer_text("softmax", [other])


@pytest.mark.parametrize(
    "old, new",
    [
        ("shifted", "x"),
        ("    ", "\t"),
        ("    ", "  "),
        ("def softmax(z):", 'def softmax(logits: "np.ndarray") -> int:'),
        ("(z):", '(z):\n    """Over the\n    rows."""\n'),
        ("    e =", "\n    # the exponentials\n\n    e  =  "),
        ("max(axis=1, keepdims=True)", "max(\n  axis=1,   # of a row\nkeepdims=True)"),
        ("z - z", "z - \\\n  z"),
        ("\n", "\r\n"),
        ("\ndef", "\ndef softmax(z): pass\n\ndef"),
        ("keepdims=True)\n    e", "keepdims=True)  # don't\n    e"),
        ("\ndef", "\nprint('before')\ndef"),
    ],
)
def test_what_is_dressed_up_says_the_same(old, new):
    assert old in ANSWER
    assert same(ANSWER, ANSWER.replace(old, new))
    assert same(ANSWER, ANSWER.replace(old, new) + "\nsoftmax(np.ones((2, 2)))\n")


@pytest.mark.parametrize(
    "old, new",
    [
        ("axis=1", "axis=0"),
        ("keepdims", "where"),
        (".max", ".min"),
        ("np.exp(", "np.log("),
        ("np.exp(", "exp2("),
        ("z - z", "z + z"),
        ("e / e", "e / z"),
        ("    return", "    if True:\n        return"),
        ("(shifted)", "('#')"),
    ],
)
def test_what_is_another_answer_says_something_else(old, new):
    assert old in ANSWER
    assert not same(ANSWER, ANSWER.replace(old, new))


def test_what_stands_after_a_dot_is_no_name_of_the_students():
    one, other = (answer_text("f", [f"def f(x):\n    return x.{name} + 1"]) for name in ("T", "real"))
    assert one != other


def test_a_string_of_signs_is_one_word():
    assert answer_text("f", ["def f(x):\n    return '''#)\n\\'''(''' + x"]).length == 4


@pytest.mark.parametrize(
    "source",
    ["", "x = 1", "def g(x):\n    return x", "def f(x): return x", "def f(x):\n    'Doc.'", "def f("],
)
def test_where_nothing_was_written_there_is_nothing_to_compare(source):
    assert answer_text("f", [source]) is None


@pytest.mark.parametrize(
    "piece",
    ['"""\\', '"""\\"', "'''", "(", ")", "f'", 'rb"', "\\\n", "\\", " ", "\n  ", "a", "1.", "\0", "é"],
)
def test_hostile_text_takes_no_time(piece):
    started = time.process_time()
    answer_text("f", ["def f(x):\n  " + piece * (1_000_000 // len(piece))])
    assert time.process_time() - started < 2
