"""A notebook on JupyterLab's page, used as a person does: click, type, Shift-Enter, read."""

import json
import re
import time

import pytest

pytest.importorskip("selenium", reason="no selenium: install the extra `test`")
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden) "  # the tab in front


class Notebook:
    """Cells are named by what they are, as in exercise="sigmoid" or role="setup"."""

    def __init__(self, browser, path):
        self._browser, self._path = browser, path
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        self._meanings = [cell["metadata"].get("dlcourse") for cell in cells]

    def open(self, address):
        """Wait until all cells are there and the kernel is idle; close the side bar."""
        self._browser.get(address)
        self._wait_until_ready()
        self.press(Keys.CONTROL, "b")

    def pick(self):
        """Open it from the side bar, by a double click on its name."""
        self.press(Keys.CONTROL, "b")
        self.wait(lambda: self._path.name in self._in_side_bar(), what=f"{self._path.name} in the side bar")
        ActionChains(self._browser).double_click(self._in_side_bar()[self._path.name]).perform()
        self._wait_until_ready()
        self.press(Keys.CONTROL, "b")

    def run_all(self):
        """Choose Run All Cells from the menu."""
        self._menu(".lm-MenuBar-itemLabel", "Run")
        self._menu(".lm-Menu-itemLabel", "Run All Cells")

    def wait_until_run(self, seconds):
        """Come back to this tab and wait until each cell has been run."""
        self._menu(".lm-TabBar-tabLabel", self._path.name)
        last = self.all(SHOWN + ".jp-Notebook .jp-CodeCell")[-1]
        self.wait(lambda: _count(last) not in ("", "*"), seconds, what=f"{self._path.name} to run")

    def title(self):
        """The text of the first cell."""
        return self._cells()[0].text

    def nagging(self):
        """What a student did not ask for: dialogs, such as to build, and toasts."""
        return [one.text for one in self.all(".jp-Dialog, .Toastify__toast")]

    def _wait_until_ready(self):
        count = len(self._meanings)
        self.wait(lambda: len(self._cells()) == count, what=f"{count} cells")
        idle = SHOWN + ".jp-NotebookPanel-toolbar [data-status=idle]"
        self.wait(lambda: self.all(idle), what="an idle kernel")

    def _in_side_bar(self):
        return {item.text: item for item in self.all(".jp-DirListing-itemName") if item.text}

    def _menu(self, css, text):
        self.wait(lambda: any(one.text == text for one in self.all(css)), what=text)
        next(one for one in self.all(css) if one.text == text).click()

    def wait(self, condition, seconds=120, what="the page"):
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
        return text in ("".join(cell["source"]) for cell in self._on_disk())

    def save(self):
        """Ctrl-S; give the cells as they are on disk then."""
        before = self._path.stat().st_mtime_ns
        self.press(Keys.CONTROL, "s")
        self.wait(lambda: self._path.stat().st_mtime_ns != before, what="Ctrl-S")
        self.wait(lambda: self._on_disk(), what="all of it on disk")
        return self._on_disk()

    def _on_disk(self):
        try:
            return json.loads(self._path.read_text(encoding="utf-8"))["cells"]
        except ValueError:  # just being written
            return []

    def _cells(self):
        return self.all(SHOWN + ".jp-Notebook .jp-Cell")

    def _cell(self, before=0, **meaning):
        """The cell, the one that stands `before` it scrolled to the top of the page."""
        at = self._meanings.index(meaning)
        cells = self._cells()
        self._browser.execute_script("arguments[0].scrollIntoView({block: 'start'})", cells[at - before])
        return cells[at]


def _count(cell):
    return re.sub(r"[\[\]: ]", "", cell.find_element("css selector", ".jp-InputPrompt").text)
