"""Submissions of strangers become scores and feedback: student code runs only inside a sandbox.

contents → submissions               what lies where, and whose it is
notebook → lesson                    what a notebook holds, and which of its cells to run
runner → sitting → channel, child    one submission: its cells and calls in a box, its tests here
sandbox, bubblewrap, interpreter     the box; what runs inside it is in box/
work, cluster                        many submissions, on any concurrent.futures.Executor
grade → marking → gradebook          what is still to be graded, and what is kept
policy → publish → scores, feedback  what an instructor decides, and what students read
statistics → report                  what an instructor reads
export → canvas, moodle, gradescope  what other programs read
command, own                         `dlcourse grade`; a student's own notebook
"""

import importlib

_ROOMS = {"add_arguments": "command", "run": "command", "check_notebook": "own"}


def __getattr__(name):
    """Loads what the command line asks for when it asks: `dlcourse --version` must not wait for NumPy."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)
