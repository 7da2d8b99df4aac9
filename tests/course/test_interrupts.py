import os
import signal
import subprocess
import sys

import pytest

from dlcourse.course.interrupts import uninterrupted

from ..conftest import heeding_interrupts

# Ctrl-C while that module is imported, where whatever runs swallows it.
PRESSED = """
import signal, sys
from dlcourse import cli

class Press:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt:
                print("swallowed")

sys.meta_path.insert(0, Press())
sys.exit(cli.main(["grade", sys.argv[2], "--out", sys.argv[2] + "/out"]))
"""


@pytest.mark.parametrize("press", range(20))
def test_an_interrupt_while_a_process_is_forked_comes_afterwards(press):
    heeding_interrupts()
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        signal.raise_signal(signal.SIGINT)
        os.waitpid(pid, 0)
        done = True
    assert done


@pytest.mark.parametrize("module", ["numpy", "sqlite3", "rich.console", "dlcourse.exercises.momentum"])
def test_an_interrupt_while_grading_imports_a_module_ends_it_with_one_line(tmp_path, module):
    command = [sys.executable, "-c", PRESSED, module, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=heeding_interrupts)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "dlcourse: stopped\n")


def test_where_interrupts_are_ignored_they_stay_so(tmp_path):
    ignoring = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)  # noqa: E731
    command = [sys.executable, "-c", PRESSED, "numpy", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=ignoring)
    assert done.returncode == 2
    assert "is empty" in done.stderr
