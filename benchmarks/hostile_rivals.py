"""The project's hostile answers, handed in to nbgrader and otter-grader: how many earn points there.

    python benchmarks/hostile_rivals.py [nbgrader] [otter] [--every 1] [--at-once 2] [--seconds 120]

The attacks on `sigmoid` in tests/grading/sandbox/attacks.py; all take otter-grader an hour and more. Each is
graded alone, in a throwaway copy of the course, by the rival's own command, which runs within bubblewrap:
without network, with its own processes, a read-only system, limits of memory and time, for these answers mean
what they do. `dlcourse grade` needs none of that, and gets them all at once.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from assignment import Grader, Nbgrader, Otter, Ours, exercises_of

sys.path.append(str(Path(__file__).parents[1]))
from tests.grading.sandbox.attacks import ATTACKS

LESSON, EXERCISE = "03_activations", "sigmoid"
HONEST = "def sigmoid(x):\n    return 0.5 * (1 + np.tanh(0.5 * np.asarray(x)))"
MALLORY = "mallory"
RIVALS = {"nbgrader": Nbgrader, "otter": Otter}
MEMORY = 4 << 30
WALLS = ["--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/", "--tmpfs", "/tmp"]


def inside(folder: Path, command: list[str], seconds: float) -> str:
    """Run it where it can reach nothing but `folder`; how it ended, "" where as it should."""
    walls = [*WALLS, "--dev", "/dev", "--proc", "/proc", "--bind", str(folder), str(folder)]
    home = {name: str(folder / "home") for name in ("HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    try:
        done = subprocess.run(
            ["bwrap", *walls, "--chdir", str(folder), *command],
            env={**os.environ, **home},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            preexec_fn=_limit,
        )
    except subprocess.TimeoutExpired:
        return "did not finish"
    return f"the command ended with {done.returncode}" if done.returncode else ""


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def attacked(kind: type[Grader], template: Path, source: str, seconds: float) -> tuple[float, str]:
    """The points of one answer, and what became of the grading command."""
    with tempfile.TemporaryDirectory() as place:
        grader = kind(Path(place, "course"), exercises_of(LESSON, [EXERCISE]), copy_of=template)
        (grader.folder / "home").mkdir()
        grader.hand_in(MALLORY, {EXERCISE: source})
        [command] = grader.commands()
        ended = inside(grader.folder, command, seconds)
        return grader.points().get(MALLORY, 0.0), ended


def theirs(
    kind: type[Grader], attacks: dict[str, str], seconds: float, at_once: int
) -> dict[str, tuple[float, str]]:
    with tempfile.TemporaryDirectory() as place:
        template = kind(Path(place, "template"), exercises_of(LESSON, [EXERCISE])).folder
        points, ended = attacked(kind, template, HONEST, seconds)
        if points != exercises_of(LESSON, [EXERCISE])[0].max_points:
            raise SystemExit(f"{kind.name} gave the honest answer {points} points, {ended}")
        with ThreadPoolExecutor(at_once) as pool:
            results = pool.map(lambda source: attacked(kind, template, source, seconds), attacks.values())
            return dict(zip(attacks, map(_told_at_once, attacks, results), strict=True))


def _told_at_once(name: str, result: tuple[float, str]) -> tuple[float, str]:
    print(f"{name}: {result[0]:g} points {result[1]}", flush=True)
    return result


def ours(attacks: dict[str, str]) -> dict[str, tuple[float, str]]:
    with tempfile.TemporaryDirectory() as place:
        grader = Ours(Path(place, "course"), exercises_of(LESSON, [EXERCISE]))
        names = {f"{number:03}": name for number, name in enumerate(attacks)}
        for student, name in names.items():
            grader.hand_in(student, {EXERCISE: attacks[name]})
        done = subprocess.run(grader.commands()[0], cwd=grader.folder, capture_output=True)
        ended = f"the command ended with {done.returncode}" if done.returncode else ""
        return {names[student]: (points, ended) for student, points in grader.points().items()}


def told(name: str, found: dict[str, tuple[float, str]]) -> str:
    earn = [attack for attack, (points, _) in found.items() if points > 0]
    stop = [attack for attack, (_, ended) in found.items() if ended]
    return f"| {name} | {len(earn)} of {len(found)} | {'; '.join(earn)} | {len(stop)} | {'; '.join(stop)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("rivals", nargs="*", choices=[[], *RIVALS], help="both, if none is named")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take each N-th attack")
    parser.add_argument("--at-once", type=int, default=2, help="answers that are graded side by side")
    parser.add_argument("--seconds", type=float, default=120, help="before a rival is stopped")
    args = parser.parse_args()
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    print(", ".join(f"{name} {version(name)}" for name in ("dlcourse", "nbgrader", "otter-grader")))
    attacks = dict(list(ATTACKS.items())[:: args.every])
    found = {Ours.name: ours(attacks)}
    for kind in map(RIVALS.get, args.rivals or RIVALS):
        found[kind.name] = theirs(kind, attacks, args.seconds, args.at_once)
    print("| command | earn points | which | did not survive or end | which |\n|---|---|---|---|---|")
    for name, of in found.items():
        print(told(name, of))


if __name__ == "__main__":
    main()
