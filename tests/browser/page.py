"""A notebook on JupyterLab's page, used as a person does: click, type, Shift-Enter, read."""

import json
import re
import time

import pytest

pytest.importorskip("selenium", reason="no selenium: install the extra `test`")
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys


class Notebook:
    """Cells are named by what they are, as in exercise="sigmoid" or role="setup"."""

    def __init__(self, browser, path):
        self._browser, self._path = browser, path
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        self._meanings = [cell["metadata"].get("dlcourse") for cell in cells]

    def open(self, address):
        """Wait until all cells are there and the kernel is idle; close the side bar."""
        count = len(self._meanings)
        self._browser.get(address)
        self.wait(lambda: len(self.all(".jp-Notebook .jp-Cell")) == count, what=f"{count} cells")
        self.wait(lambda: self.all(".jp-NotebookPanel-toolbar [data-status=idle]"), what="an idle kernel")
        self.press(Keys.CONTROL, "b")

    def wait(self, condition, seconds=60, what="the page"):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
            time.sleep(0.1)

    def all(self, css):
        return self._browser.find_elements("css selector", css)

    def press(self, held, key):
        ActionChains(self._browser).key_down(held).send_keys(key).key_up(held).perform()

    def type(self, text, **meaning):
        """Put `text` in place of what the cell says."""
        editor = self._cell(**meaning).find_element("css selector", ".cm-content")
        editor.click()
        editor.send_keys(Keys.CONTROL, "a")
        self._browser.execute_cdp_cmd("Input.insertText", {"text": text})

    def run(self, **meaning):
        """Run a cell and give the text under it."""
        cell = self._cell(**meaning)
        before = _count(cell)
        cell.find_element("css selector", ".jp-InputPrompt").click()
        self.press(Keys.SHIFT, Keys.ENTER)
        self.wait(lambda: _count(cell) not in ("", "*", before), what=f"cell {meaning} to run")
        return "\n".join(
            output.text for output in cell.find_elements("css selector", ".jp-OutputArea-output")
        )

    def attempt(self, exercise):
        """Run an exercise and its check; give what the check says, and leave both on the screen."""
        self.run(exercise=exercise)
        said = self.run(check=exercise)
        self._cell(exercise=exercise, before=1)
        return said

    def has_on_disk(self, text):
        """Whether a cell that says just `text` has been saved."""
        try:
            cells = json.loads(self._path.read_text(encoding="utf-8"))["cells"]
        except ValueError:  # just being written
            return False
        return text in ("".join(cell["source"]) for cell in cells)

    def _cell(self, before=0, **meaning):
        """The cell, the one that stands `before` it scrolled to the top of the page."""
        at = self._meanings.index(meaning)
        cells = self.all(".jp-Notebook .jp-Cell")
        self._browser.execute_script("arguments[0].scrollIntoView({block: 'start'})", cells[at - before])
        return cells[at]


def _count(cell):
    return re.sub(r"[\[\]: ]", "", cell.find_element("css selector", ".jp-InputPrompt").text)
