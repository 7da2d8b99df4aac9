"""A wrong answer, and what the check of the lesson says to it: the first page shows what the course does."""

from contextlib import redirect_stdout
from io import StringIO

import numpy as np
from markupsafe import Markup

from dlcourse.exercises import check

SLIP = """def sigmoid(x):
    return 1 / (1 + np.exp(x))"""
_SHOWN = Markup(
    '<figure class="slip"><pre>{}</pre><pre class="said">{}</pre><figcaption>A slip in '
    '<a href="lessons/03_activations.html">lesson 03</a>, and what its check says.</figcaption></figure>'
)


def slip() -> Markup:
    """The wrong answer, and what `check` prints of it."""
    lesson = {"np": np, "__name__": "lesson"}
    exec(SLIP, lesson)
    with redirect_stdout(StringIO()) as said:
        check(lesson["sigmoid"])
    return _SHOWN.format(SLIP, said.getvalue().strip())
