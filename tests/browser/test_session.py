"""A student's session: open lesson 03, be wrong, read why, put it right, and see it counted."""

import json
import re
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.browser

WRONG = """def sigmoid(x):
    return 1 / (1 + np.exp(x))"""
RIGHT = """def sigmoid(x):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))"""


class Notebook:
    """The notebook on the page, used as a person does: click, type, Shift-Enter, read."""

    def __init__(self, browser, path):
        self._browser, self._path = browser, path

    def wait(self, condition, seconds=60, what="the page"):
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
            time.sleep(0.1)
        return found

    def all(self, css):
        return self._browser.find_elements("css selector", css)

    def open(self, address):
        self._browser.get(address)
        cells = len(self.saved()["cells"])
        self.wait(lambda: len(self.all(".jp-Notebook .jp-Cell")) == cells, what=f"{cells} cells")
        self.wait(
            lambda: self.all(".jp-NotebookPanel-toolbar [data-status=idle]"), what="a kernel that is idle"
        )

    def saved(self):
        return json.loads(self._path.read_text(encoding="utf-8"))

    def position(self, **meaning):
        """The place of the cell that is, say, exercise="sigmoid"."""
        cells = self.saved()["cells"]
        return next(n for n, cell in enumerate(cells) if cell["metadata"].get("dlcourse") == meaning)

    def cell(self, **meaning):
        cell = self.all(".jp-Notebook .jp-Cell")[self.position(**meaning)]
        self._browser.execute_script("arguments[0].scrollIntoView({block: 'start'})", cell)
        return cell

    def type(self, text, **meaning):
        from selenium.webdriver.common.keys import Keys

        editor = self.cell(**meaning).find_element("css selector", ".cm-content")
        editor.click()
        editor.send_keys(Keys.CONTROL, "a")
        self._browser.execute_cdp_cmd("Input.insertText", {"text": text})

    def run(self, **meaning):
        """Run a cell; give the text under it."""
        from selenium.webdriver import ActionChains
        from selenium.webdriver.common.keys import Keys

        cell = self.cell(**meaning)
        before = self._count(cell)
        cell.find_element("css selector", ".jp-InputPrompt").click()
        ActionChains(self._browser).key_down(Keys.SHIFT).send_keys(Keys.ENTER).key_up(Keys.SHIFT).perform()
        self.wait(lambda: self._count(cell) not in ("", "*", before), what=f"cell {meaning} to run")
        return cell.find_element("css selector", ".jp-Cell-outputArea").text if self._has_output(cell) else ""

    def _count(self, cell):
        return re.sub(r"[\[\]: ]", "", cell.find_element("css selector", ".jp-InputPrompt").text)

    def _has_output(self, cell):
        return bool(cell.find_elements("css selector", ".jp-OutputArea-output"))

    def attempt(self, exercise):
        """Run the exercise and its check; give what the check says."""
        self.run(exercise=exercise)
        said = self.run(check=exercise)
        self.cell(exercise=exercise)
        return said

    def has_on_disk(self, text):
        try:
            return text in ("".join(cell["source"]) for cell in self.saved()["cells"])
        except ValueError:  # in the middle of being written
            return False

    def save(self):
        from selenium.webdriver import ActionChains
        from selenium.webdriver.common.keys import Keys

        ActionChains(self._browser).key_down(Keys.CONTROL).send_keys("s").key_up(Keys.CONTROL).perform()


def status(work):
    """The line of `dlcourse status` on lesson 03."""
    command = [sys.executable, "-m", "dlcourse", "status", str(work)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    return next(line for line in answer.stdout.splitlines() if line.startswith("03_activations"))


def test_a_student_fails_a_check_reads_why_puts_it_right_and_is_counted(browser, address, work, look):
    notebook = Notebook(browser, work / "03_activations.ipynb")
    notebook.open(address)
    look("1-opened")
    nagging = notebook.all(".jp-Dialog, .Toastify__toast")
    assert not nagging, [one.text for one in nagging]

    notebook.run(role="setup")
    assert "not attempted yet" in notebook.attempt("sigmoid")
    look("2-not-attempted")

    notebook.type(WRONG, exercise="sigmoid")
    message = notebook.attempt("sigmoid")
    look("3-wrong")
    assert "not right yet" in message
    assert "The sign of the exponent is flipped" in message
    notebook.save()
    notebook.wait(lambda: notebook.has_on_disk(WRONG), what="Ctrl-S")
    assert " 0/6 " in status(work)

    notebook.type(RIGHT, exercise="sigmoid")
    message = notebook.attempt("sigmoid")
    look("4-right")
    assert "passed" in message
    notebook.wait(lambda: notebook.has_on_disk(RIGHT), 30, what="autosave")
    assert " 1/6 " in status(work)
