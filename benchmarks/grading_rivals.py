"""What grading costs: beside nbgrader's and otter-grader's own commands, as a class grows, for a course.

    python benchmarks/grading_rivals.py [rivals] [growth] [course]      all three, if none is named

rivals  lesson 13 (5 exercises, 10 tests) graded by `dlcourse grade` and `nbgrader autograde`, a folder each,
        and by `otter run`, a process each, in turn; CPU of all processes, kernels and boxes included
growth  `dlcourse grade` on 100 and on 3,000 of these notebooks, and the memory that it takes meanwhile
course  `dlcourse grade` on 300 students × 14 lessons; one student in twenty does harm in each

No two notebooks are alike, so that none is known already.
"""

import argparse
import ast
import ctypes
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from itertools import count
from pathlib import Path

from assignment import Grader, Nbgrader, Otter, Ours, exercises_of

from dlcourse.exercises import catalogue

LESSON = "13_multi_task_learning"
SOLUTIONS = Path(__file__).parents[1] / "solutions"
BARS = {"nbgrader autograde": 30, "otter run": 80}
_SET_CHILD_SUBREAPER = 36
_CHANGED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.MatMult: ast.Mult}
_HARM = ("import os; os._exit(0)", "for _ in range(10**4): print('x' * 1000)", "return x" * 10**4)
_LOOP = "while True: pass"


# ---- answers ----


@lru_cache
def solved(lesson: str) -> dict[str, str]:
    """The published answers."""
    cells = json.loads((SOLUTIONS / f"{lesson}.ipynb").read_text())["cells"]
    named = ((cell["metadata"].get("dlcourse", {}).get("exercise"), cell["source"]) for cell in cells)
    return {name: "".join(source) for name, source in named if name}


def wrong(source: str, chance: random.Random) -> str:
    """With another operator at one place, or one more where there is none."""
    tree = ast.parse(source)
    places = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and type(node.op) in _CHANGED]
    if not places:
        return source.replace("return ", "return 1 + ", 1)
    place = chance.choice(places)
    place.op = _CHANGED[type(place.op)]()
    return ast.unparse(tree)


def _body(source: str, line: str) -> str:
    return f"{source.splitlines()[0]}\n    {line}"


def mixed(lesson: str, chance: random.Random) -> dict[str, str]:
    """A student's answers: of ten, some six are right, two wrong, two blank."""
    answers = {}
    for name, source in solved(lesson).items():
        kind = chance.choices(("right", "wrong", "blank"), (6, 2, 2))[0]
        blank = _body(source, "raise NotImplementedError")
        answers[name] = {"right": source, "wrong": wrong(source, chance), "blank": blank}[kind]
    return answers


def harmful(answers: dict[str, str], chance: random.Random) -> dict[str, str]:
    """One student in twenty has an answer that does harm, one in two hundred a loop without an end."""
    if chance.random() > 0.05:
        return answers
    victim = chance.choice(list(answers))
    harm = _LOOP if chance.random() < 0.1 else chance.choice(_HARM)
    return answers | {victim: _body(answers[victim], harm)}


def make_class(grader: Grader, students: int, numbers: Iterator[int], harm: bool = False) -> None:
    """One in three has all answers right."""
    for n in (next(numbers) for _ in range(students)):
        chance = random.Random(f"{grader.lesson} {n}")
        answers = mixed(grader.lesson, chance) if n % 3 else solved(grader.lesson)
        answers = harmful(answers, chance) if harm else answers
        grader.hand_in(f"student{n:05}", {name: f"{text}\n# {n}" for name, text in answers.items()})


# ---- measuring ----


@dataclass
class Cost:
    """Of a command, with all processes that it and they have started; memory in MB."""

    wall: float
    cpu: float
    shared: float = 0.0  # PSS: what several processes share is counted once
    resident: float = 0.0  # RSS: counted in each

    def __str__(self):
        memory = f"{self.shared:.0f} MB (PSS; sum of RSS {self.resident:.0f})"
        return f"{self.wall:.1f} s, {self.cpu:.0f} s of CPU, at most {memory}"


def run(commands: list[list[str]], folder: Path, watched: bool = False) -> Cost:
    before, started = _cpu(), time.perf_counter()
    watch = Watch() if watched else None
    for command in commands:
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    wall = time.perf_counter() - started
    memory = watch.stop() if watch else (0.0, 0.0)
    _reap()
    return Cost(wall, _cpu() - before, *memory)


def _adopt_orphans() -> None:
    """What outlives its parent becomes ours to wait for, and so to count."""
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap() -> None:
    for _ in range(50):
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.1)
        except ChildProcessError:
            return


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Watch:
    """Looks at the memory of all processes below this one, and remembers the most."""

    def __init__(self):
        self._most, self._over = (0.0, 0.0), threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> tuple[float, float]:
        self._over.set()
        self._thread.join()
        return self._most

    def _watch(self) -> None:
        while not self._over.wait(0.25):
            sizes = list(map(memory, descendants(os.getpid())))
            total = (sum(size[0] for size in sizes), sum(size[1] for size in sizes))
            self._most = max(self._most, total)


def descendants(pid: int) -> Iterator[int]:
    for child in children(pid):
        yield child
        yield from descendants(child)


def children(pid: int) -> list[int]:
    """None of a process that has just ended."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def memory(pid: int) -> tuple[float, float]:
    """(PSS, RSS) in MB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return 0.0, 0.0
    sizes = {name: int(rest.split()[0]) / 1000 for name, _, rest in (line.partition(":") for line in lines)}
    return sizes["Pss"], sizes["Rss"]


# ---- what is measured ----


def rivals(folder: Path, rounds: int, students: dict[type[Grader], int]) -> None:
    """CPU seconds a submission, each command on a fresh class in each round."""
    spent: dict[str, list[Cost]] = {kind.name: [] for kind in students}
    numbers, handed_in = count(), {kind.name: n for kind, n in students.items()}
    for turn in range(rounds):
        for kind, n in students.items():
            grader = kind(folder / f"{kind.__name__}{turn}", exercises_of(LESSON))
            make_class(grader, n, numbers)
            spent[kind.name].append(run(grader.commands(), grader.folder))
            _expect_all_graded(grader, n)
    cpu = {name: [cost.cpu / handed_in[name] for cost in costs] for name, costs in spent.items()}
    print("| command | submissions a round | CPU seconds a submission, each round | times ours |")
    print("|---|---|---|---|")
    for name, each in cpu.items():
        ratio = statistics.median(theirs / ours for theirs, ours in zip(each, cpu[Ours.name], strict=True))
        bar = f" (≥ {BARS[name]}: {'met' if ratio >= BARS[name] else 'MISSED'})" if name in BARS else ""
        print(f"| {name} | {handed_in[name]} | {', '.join(f'{x:.3g}' for x in each)} | {ratio:.0f}{bar} |")


def _expect_all_graded(grader: Grader, students: int) -> None:
    points = grader.points()
    if len(points) != students or not any(points.values()):
        raise SystemExit(f"{grader.name} graded {len(points)} of {students}: {points}")


def growth(folder: Path, sizes: list[int]) -> None:
    numbers, cpu = count(), {}
    for size in sizes:
        grader = Ours(folder / f"class{size}", exercises_of(LESSON))
        make_class(grader, size, numbers)
        cost = run(grader.commands(workers=2), grader.folder, watched=True)
        _expect_all_graded(grader, size)
        cpu[size] = cost.cpu / size
        print(f"{size} submissions: {cost}; {1000 * cpu[size]:.1f} ms of CPU a submission", flush=True)
    times = cpu[sizes[-1]] / cpu[sizes[0]]
    print(f"From {sizes[0]} to {sizes[-1]} the CPU of a submission becomes {times:.2f} times.")


def course(folder: Path, students: int) -> None:
    whole = Ours(folder / "course", exercises_of(LESSON))
    for lesson in (lessons := list(catalogue())):
        grader = Ours(folder / lesson, exercises_of(lesson))
        make_class(grader, students, count(), harm=True)
        for path in grader.folder.glob("submissions/*/*.ipynb"):
            target = whole.folder / path.relative_to(grader.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
    first, again = (run(whole.commands(workers=2), whole.folder, watched=True) for _ in range(2))
    each = 1000 * first.cpu / students / len(lessons)
    print(f"{students} students × {len(lessons)} lessons: {first}; {each:.0f} ms of CPU a notebook")
    print(f"again, with nothing new: {again}")
    statuses = Counter(row["status"] for row in whole.scores())
    print(f"answers: {', '.join(f'{n} {status}' for status, n in statuses.most_common())}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parts: dict[str, Callable] = {
        "rivals": lambda folder, args: rivals(
            folder, args.rounds, {Ours: args.ours, Nbgrader: args.nbgrader, Otter: args.otter}
        ),
        "growth": lambda folder, args: growth(folder, args.sizes),
        "course": lambda folder, args: course(folder, args.students),
    }
    parser.add_argument("parts", nargs="*", choices=[[], *parts], help="of the three; all if none is named")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ours", type=int, default=200, help="submissions a round")
    parser.add_argument("--nbgrader", type=int, default=20)
    parser.add_argument("--otter", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 3000])
    parser.add_argument("--students", type=int, default=300, help="of the course")
    args = parser.parse_args()
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    _adopt_orphans()
    wanted = args.parts or list(parts)
    compared = ("nbgrader", "otter-grader") if "rivals" in wanted else ()
    print(", ".join(f"{name} {version(name)}" for name in ("dlcourse", "numpy", *compared)))
    for part in wanted:
        with tempfile.TemporaryDirectory() as folder:
            parts[part](Path(folder), args)


if __name__ == "__main__":
    main()
