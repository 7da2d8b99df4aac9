"""What `import dlcourse` costs beside `import numpy`, and what its modules add.

    python benchmarks/import_time.py         about a minute

Every import is timed inside a fresh interpreter, the statements taking turns, all modules compiled before.
"""

import interleaved  # isort: skip  (sets the thread counts, which the interpreters started here inherit)
import argparse
import os
import subprocess
import sys
import tempfile

import numpy as np

CLOCK = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"
REFERENCE = "activations, initializers, losses, layers, network, optimizers, training"
STATEMENTS = {
    "import numpy": "import numpy",
    "import dlcourse": "import dlcourse",
    "import numpy, dlcourse": "import numpy, dlcourse",
    "the reference": f"from dlcourse import {REFERENCE}",
}


def seconds(statement, environment):
    command = [sys.executable, "-c", CLOCK.format(statement)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)


def measured(rounds):
    times = {name: [] for name in STATEMENTS}
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(rounds + 1):  # the first round compiles
            for name, statement in STATEMENTS.items():
                times[name].append(seconds(statement, environment))
    return {name: np.array(each[1:]) for name, each in times.items()}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=31)
    times = measured(parser.parse_args().rounds)
    rows = []
    for name in times:
        value = interleaved.ratio(times, name, "import numpy")
        judged = (
            ["≤ 1.15", interleaved.verdict(value, 1.15, float.__le__)] if "dlcourse" in name else ["", ""]
        )
        rows.append([f"`{name}`", f"{1e3 * np.median(times[name]):.1f}", f"{value:.3f}", *judged])
    print(interleaved.table(["statement", "ms", "over `import numpy`", "bar", ""], rows))


if __name__ == "__main__":
    main()
