"""For every test process and every kernel that it starts."""

import os

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # there is a process a core already
os.environ["DLCOURSE_LANGUAGE"] = "en"  # whatever the locale of who runs them


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads these options
def pytest_cmdline_main(config):
    """Where pytest-xdist is installed: a test process a core, and each notebook in one of them.

    With -k there is none but this: the few tests it picks are done before another has collected them all.
    """
    asked, in_worker = vars(config.option), hasattr(config, "workerinput")
    if "numprocesses" not in asked or in_worker:
        return
    if asked["numprocesses"] is None:
        config.option.numprocesses = 0 if asked["keyword"] else "logical"
    if asked["dist"] == "no":
        config.option.dist = "loadfile"
