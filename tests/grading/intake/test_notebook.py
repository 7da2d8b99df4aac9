"""What is at the place of a notebook may be anything."""

import contextlib
import json
import os
import time
from pathlib import Path

import pytest

from dlcourse.grading.intake import notebook
from dlcourse.grading.intake.notebook import Unreadable, code_cells, read_bytes

from ..conftest import notebook as written

WHOLE = written(["x = 1", "y = 2"]).encode()


def _with(**changes) -> bytes:
    return json.dumps(json.loads(WHOLE) | changes).encode()


BAD = {
    "empty": (b"", "is empty"),
    "blanks": (b" \n ", "is empty"),
    "truncated": (WHOLE[:-20], "not all of it"),
    "text": (b"def sigmoid(x): return x", "is not JSON"),
    "a list": (b"[]", "is not a notebook"),
    "null": (b"null", "is not a notebook"),
    "no cells": (b'{"nbformat": 4}', "has no cells"),
    "no format": (b'{"cells": []}', "is not a notebook"),
    "format 3": (b'{"nbformat": 3, "worksheets": []}', "format 3"),
    "a huge format": (b'{"cells": [], "nbformat": %s}' % (b"9" * 10_000), "is not a notebook"),
    "cells of another kind": (_with(cells={"a": 1}), "is not a notebook"),
    "a source of numbers": (_with(cells=[{"cell_type": "code", "source": [1]}]), "is not a notebook"),
    "deep nesting": (
        _with(cells=[])[:-1] + b', "x": ' + b"[" * 500_000 + b"]" * 500_000 + b"}",
        "nested too deeply",
    ),
    "nan for a format": (_with(nbformat=float("nan")), "is not a notebook"),
    "nan for a source": (WHOLE.replace(b'"x = 1"', b"NaN"), "is not a notebook"),
    "a word that is not JSON": (_with(cells=[])[:-1] + b', "x": nan}', "is not JSON"),
    "deep nesting beside nan": (
        _with(cells=[])[:-1] + b', "x": NaN, "y": ' + b"[" * 500_000 + b"]" * 500_000 + b"}",
        "nested too deeply",
    ),
    "not UTF-8": (WHOLE.replace(b"x = 1", b"x = '\xff'"), "UTF-8"),
    "UTF-16": (WHOLE.decode().encode("utf-16"), "UTF-16"),
    "50 MB": (b'{"nbformat": 4, "cells": [], "x": "' + b"a" * 50_000_000 + b'"}', "larger than 20 MB"),
    "a source of texts without end": (
        WHOLE.replace(b'"x = 1"', b"[" + b'"",' * 6_000_000 + b'""]'),
        "more than 1,000,000 texts",
    ),
    "a million cells": (WHOLE.replace(b'"cells": [', b'"cells": [' + b'{"cell_type":""},' * 10**6), "texts"),
    "too many cells": (written(["x"] * 2001).encode(), "more than 2000 code cells"),
    "too much code": (written(["x" * 600_000] * 2).encode(), "1,000,000 characters"),
}


@pytest.mark.parametrize("content, says", BAD.values(), ids=BAD)
def test_a_file_that_is_no_notebook_is_refused_with_the_reason(tmp_path, content, says):
    path = tmp_path / "a.ipynb"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=says):
        code_cells(read_bytes(path))


def _link(path):
    (path.parent / "target").write_bytes(WHOLE)
    path.symlink_to("target")


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda path: path.mkdir(), "is a folder"),
        (_link, "is a link"),
        (lambda path: path.symlink_to("/dev/zero"), "is a link"),
        (lambda path: path.symlink_to("nowhere"), "is a link"),
        pytest.param(
            lambda path: os.mkfifo(path),
            "not a regular file",
            marks=pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs"),
        ),
        (lambda path: None, "cannot be opened: No such file"),
    ],
    ids=["folder", "link", "link to a device", "broken link", "fifo", "gone"],
)
def test_what_is_no_file_is_refused_without_being_followed(tmp_path, make, says):
    make(tmp_path / "a.ipynb")
    with pytest.raises(Unreadable, match=says):
        code_cells(read_bytes(tmp_path / "a.ipynb"))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc")
def test_a_file_that_its_disk_does_not_give_is_unreadable():
    with pytest.raises(Unreadable, match="cannot be read: Input/output error"):
        read_bytes(Path("/proc/self/mem"))


def test_code_cells_come_in_order_whatever_is_around_them(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": "text"},
        {"cell_type": "code", "source": ["a = 1\n", "b = 2"], "outputs": [{"data": [[[1e300, {}]]]}]},
        {"cell_type": "raw", "source": "x"},
        {"cell_type": "code"},
        {"cell_type": "code", "source": "σ = '😀'", "metadata": 3},
    ]
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"nbformat": 4, "cells": cells}).encode())
    assert code_cells(read_bytes(path)) == ["a = 1\nb = 2", "", "σ = '😀'"]


def test_of_two_keys_of_one_name_the_last_counts_as_in_jupyter():
    twice = b'{"cells": [{"cell_type": "code", "source": "a"}], "nbformat": 4, "cells": [%s]}'
    cell = b'{"cell_type": "markdown", "source": "b", "cell_type": "code", "source": ["c"]}'
    assert code_cells(twice % cell) == ["c"]


def test_what_a_notebook_program_may_write_and_json_does_not_have_costs_nobody_a_point():
    odd = [float("nan"), float("-inf"), 10**4000, "\ud83d", {"\udc00": "\ud800\ud800 NaN"}]
    cells = [
        {"cell_type": "code", "source": "x = 'NaN \\\\ud83d 😀'", "outputs": [{"data": odd}]},
        {"cell_type": "code", "source": ["s = '\ud83d'\n", "t = 1"], "metadata": {"inf": odd}},
    ]
    content = json.dumps({"nbformat": 4, "cells": cells}).encode()
    assert code_cells(content) == ["x = 'NaN \\\\ud83d 😀'", "s = '\ufffd'\nt = 1"]


@pytest.mark.parametrize("piece", ['"",', "NaN,", '"\\ud800",', "\\", '"', "-", "\\\\", "\\ud83d", '\\"'])
def test_mending_hostile_text_costs_time_in_proportion(piece):
    hostile = piece.encode() * (600_000 // len(piece))
    content = _with(cells=[])[:-1] + b', "x": [NaN, ' + hostile + b"0]}"
    start = time.process_time()
    with contextlib.suppress(Unreadable):
        code_cells(content)
    assert time.process_time() - start < 1


def test_outputs_of_many_values_cost_no_memory(tmp_path):
    import tracemalloc

    path = tmp_path / "a.ipynb"
    path.write_bytes(_with(cells=[])[:-1] + b', "x": [' + b"[]," * 4_000_000 + b"0]}")
    tracemalloc.start()
    code_cells(read_bytes(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * notebook.MAX_BYTES
