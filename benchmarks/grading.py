"""What grading costs a submission, against nbclient executing the same notebooks, interleaved in one run.

    python benchmarks/grading.py [--students 30] [--large 300] [--workers 2]

A class is made from lesson 03: right, wrong, blank and broken notebooks, and some that mean harm. For each
student in turn, the notebook is graded in the box, then nbclient runs the very cells that the box ran (the
lesson's setup and the student's answers) and the lesson's checks; for two students it also runs the whole
notebook, experiments and all. CPU is that of all processes involved, kernels and boxes included.
A large class, without the endless loops, is then graded by `dlcourse grade` itself, twice.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections import defaultdict
from contextlib import contextmanager, suppress
from pathlib import Path

import nbclient
import nbformat

from dlcourse.course.lessons import lesson_path
from dlcourse.exercises.released_cells import lesson
from dlcourse.grading.intake.notebook import Unreadable, code_cells, read_bytes
from dlcourse.grading.pipeline import grade
from dlcourse.grading.run.judge import Job, grade_one
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.sandbox.sandbox import open_box

LESSON = "03_activations"
SOLVED = Path(__file__).parents[1] / "solutions" / f"{LESSON}.ipynb"
CELL_SECONDS = 10  # both sides' limit: CPU here, the clock there
KINDS = ("right",) * 15 + ("wrong",) * 6 + ("blank",) * 4 + ("broken",) * 2 + ("exit", "flood", "loop")
WHOLE = ("right", "blank")  # kinds whose whole notebook nbclient runs, once each
_TICK = os.sysconf("SC_CLK_TCK")


# ---- a class ----


def make_class(folder: Path, students: int, kinds=KINDS) -> dict[Path, str]:
    """{notebook: kind} of a class in `<folder>/<student>/`; no two hand in the same."""
    made = {}
    for n in range(students):
        kind = kinds[n % len(kinds)]
        path = folder / f"student{n:04}" / f"{LESSON}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text("{" if kind == "broken" and n % 2 else json.dumps(_notebook(kind, n)))
        made[path] = kind
    return made


def _notebook(kind: str, number: int) -> dict:
    source = lesson_path(LESSON) if kind == "blank" else SOLVED
    notebook = json.loads(source.read_text())
    for cell in notebook["cells"]:
        name = cell["metadata"].get("dlcourse", {}).get("exercise")
        if name:
            text = "".join(cell["source"])
            cell["source"] = f"{CHANGES.get(kind, _same)(name, text)}\n# {number}"
    return notebook


def _same(name: str, text: str) -> str:
    return text


def _wrong(name: str, text: str) -> str:
    return text.replace("return ", "return 1 + ", 1)


def _syntax_error(name: str, text: str) -> str:
    return text.replace(":", "", 1) if name == "sigmoid" else text


def _hostile(line: str):
    def change(name: str, text: str) -> str:
        return text.split("\n")[0] + f"\n    {line}" if name == "sigmoid" else text

    return change


CHANGES = {
    "wrong": _wrong,
    "broken": _syntax_error,
    "exit": _hostile("import os; os._exit(0)"),
    "flood": _hostile("for _ in range(10**4): print('x' * 1000)"),
    "loop": _hostile("while True: pass"),
}


# ---- the two sides ----


class Ours:
    """One box, as one worker has it."""

    def __init__(self):
        self._limits = Limits(cpu=CELL_SECONDS)
        self._box = open_box("auto", self._limits)
        self.name = f"dlcourse, {self._box.tier}"

    def __call__(self, path: Path) -> None:
        released = lesson(LESSON)
        try:
            cells = released.cells_to_run(code_cells(read_bytes(path)))
        except Unreadable:
            return
        grade_one(Job(LESSON, cells, released.exercises, 1), self._box, self._limits)

    def close(self) -> None:
        self._box.close()


def same_cells(path: Path) -> None:
    """nbclient on the cells that the box runs, and each exercise's check."""
    try:
        cells = [source for _, source in lesson(LESSON).cells_to_run(code_cells(read_bytes(path)))]
    except Unreadable:
        return
    checks = [f"{name} = check({name})" for name in lesson(LESSON).exercises]
    _execute(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in [*cells, *checks]]))


def whole_notebook(path: Path) -> None:
    _execute(nbformat.read(path, as_version=4))


def _execute(notebook) -> None:
    client = nbclient.NotebookClient(
        notebook, timeout=CELL_SECONDS, allow_errors=True, interrupt_on_timeout=True, kernel_name="python3"
    )
    with suppress(nbclient.exceptions.DeadKernelError, nbclient.exceptions.CellTimeoutError):
        client.execute(stderr=subprocess.DEVNULL)


# ---- measuring ----


def cpu_seconds(pid: int) -> float:
    """CPU time of a process, of all it has waited for, and of all that still live below it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        below = [
            int(child)
            for tasks in Path(f"/proc/{pid}/task").glob("*/children")
            for child in tasks.read_text().split()
        ]
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICK + sum(map(cpu_seconds, below))


class Measurements:
    """(wall, CPU) seconds by side and kind."""

    def __init__(self):
        self.taken = defaultdict(list)

    @contextmanager
    def of(self, *key):
        wall, cpu = time.perf_counter(), cpu_seconds(os.getpid())
        yield
        self.taken[key].append((time.perf_counter() - wall, cpu_seconds(os.getpid()) - cpu))

    def mean(self, *key) -> tuple[float, float]:
        walls, cpus = zip(*self.taken[key], strict=True)
        return sum(walls) / len(walls), sum(cpus) / len(cpus)


def compare(folder: Path, students: int) -> tuple[Measurements, str]:
    measured, ours = Measurements(), Ours()
    ours(next(iter(made := make_class(folder, students))))  # the reference's answers are computed once a run
    whole = set(WHOLE)
    for path, kind in made.items():
        with measured.of("ours", kind):
            ours(path)
        with measured.of("same cells", kind):
            same_cells(path)
        if kind in whole:
            whole.discard(kind)
            with measured.of("whole notebook", kind):
                whole_notebook(path)
    ours.close()
    return measured, ours.name


def table(measured: Measurements, name: str) -> str:
    lines = [
        f"| submission | n | {name}: ms wall, CPU | nbclient, same cells: ms wall, CPU | wall, CPU |",
        "|---|---|---|---|---|",
    ]
    for kind in dict.fromkeys(KINDS):
        if ("ours", kind) in measured.taken:
            n = len(measured.taken["ours", kind])
            lines.append(
                f"| {kind} | {n} | {_row(measured.mean('ours', kind), measured.mean('same cells', kind))}"
            )
    for side, kind in measured.taken:
        if side == "whole notebook":
            row = _row(measured.mean("ours", kind), measured.mean(side, kind))
            lines.append(f"| {kind}; nbclient runs the whole notebook | 1 | {row}")
    return "\n".join(lines)


def _row(ours: tuple[float, float], theirs: tuple[float, float]) -> str:
    pairs = [f"{1000 * wall:.0f}, {1000 * cpu:.0f}" for wall, cpu in (ours, theirs)]
    ratios = [_times(b / a) if a else "–" for a, b in zip(ours, theirs, strict=True)]
    return f"{pairs[0]} | {pairs[1]} | {', '.join(ratios)} |"


def _times(ratio: float) -> str:
    return f"{ratio:.0f}×" if ratio >= 10 else f"{ratio:.1f}×"


def large_class(folder: Path, students: int, workers: int) -> str:
    """`dlcourse grade`, start to end, then once more with nothing to do."""
    make_class(folder / "submissions", students, [kind for kind in KINDS if kind != "loop"])
    first = grade(folder / "submissions", folder / "out", workers=workers)
    again = grade(folder / "submissions", folder / "out", workers=workers)
    return (
        f"`dlcourse grade` on a class of {students} with {workers} workers: "
        f"{first.seconds:.1f} s from start to end, {1000 * first.seconds / students:.0f} ms a submission; "
        f"once more with nothing new: {again.seconds:.1f} s."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--large", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured, name = compare(Path(folder, "small"), args.students)
        print(table(measured, name))
        if args.large:
            print("\n" + large_class(Path(folder, "large"), args.large, args.workers))


if __name__ == "__main__":
    main()
