"""JupyterLab as `dlcourse start` starts it, and a Chromium to look at it with."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from ..conftest import heeding_interrupts

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1280,1000",
)  # fmt: skip


@pytest.fixture
def work(tmp_path):
    """The student's folder."""
    return tmp_path / "work"


@pytest.fixture
def start(work, tmp_path):
    """`with start("3") as (address, said)`: JupyterLab opened at a lesson, and what `dlcourse start` said.

    What the student has configured stays untouched. `course`: where the package is, if not here.
    `language`: the one to choose.
    """

    @contextmanager
    def start(lesson, course=None, language=None):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        ours = ("JUPYTER", "DLCOURSE") if language else ("JUPYTER",)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        command = [sys.executable, "-u", "-m", "dlcourse", "start", str(work), "--lesson", lesson]
        command += ["--language", language] if language else []
        server = subprocess.Popen(
            [*command, "--no-browser", "--port", str(port)],
            cwd=tmp_path,  # not the clone: there, its own package would come first
            env=kept | {"HOME": str(home)} | ({"PYTHONPATH": str(course)} if course else {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=heeding_interrupts,
        )
        try:
            said = []
            for line in server.stdout:
                said.append(line.strip())
                if f"http://127.0.0.1:{port}" in line:
                    break
            yield said[-1], said
        finally:
            stop(server)
        assert not list(home.glob(".jupyter/**/*settings*")), "the student's own settings were written to"

    return start


def stop(server):
    """Ctrl-C once, as a student does, and wait until it is gone."""
    server.send_signal(signal.SIGINT)
    try:
        server.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        server.kill()
        raise


@pytest.fixture
def address(start):
    """Where JupyterLab answers, opened at lesson 03."""
    with start("3") as (address, _):
        yield address


def chromium(profile, logs=None):
    """Chromium, headless; the test is skipped where there is none. logs: {kind: level} to be kept."""
    pytest.importorskip("selenium", reason="no selenium: install the extra `test`")
    if not (CHROMIUM and DRIVER):
        pytest.skip("no Chromium with its driver: on Debian, apt-get install chromium chromium-driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", logs or {})
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))


@pytest.fixture
def browser(tmp_path):
    driver = chromium(tmp_path / "profile")
    yield driver
    driver.quit()


@pytest.fixture
def look(browser, request, tmp_path):
    """Take a picture of the page, into --screenshots if given."""
    folder = Path(request.config.getoption("--screenshots") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return lambda name: browser.save_screenshot(str(folder / f"{name}.png"))
