"""The decks in Chromium: nothing lies outside a slide, formulas are set, and paper gets a page a slide."""

import base64
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlcourse.authoring import npm
from dlcourse.course.errors import UserError

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.browser
# Of each slide, by its title: how far its content reaches beyond it, in pixels, and what MathJax refused.
LOOK = """
return [...document.querySelectorAll("section")].flatMap(slide => {
    const box = slide.getBoundingClientRect();
    const shown = slide.querySelectorAll(":scope > :not(aside) *:not(mjx-container *)");
    const beyond = [...shown].map(one => one.getBoundingClientRect())
        .reduce((most, one) => Math.max(most, one.right - box.right, one.bottom - box.bottom), 0);
    const wrong = slide.querySelectorAll("mjx-merror").length;
    const title = slide.querySelector("h1, h2").textContent;
    return beyond > 1 || wrong ? [`${title}: ${Math.round(beyond)} px, ${wrong} formulas`] : [];
});
"""
READY = "return MathJax?.startup?.promise?.then(() => true)"


@pytest.fixture
def decks(tmp_path):
    for package in (npm.REVEAL, npm.MATHJAX):
        try:
            npm.tarball(package)
        except UserError as error:
            pytest.skip(str(error))
    command = [sys.executable, "-m", "dlcourse", "slides", str(tmp_path / "decks")]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    return sorted((tmp_path / "decks").glob("[0-9]*.html"))


def test_every_slide_holds_what_is_on_it_and_is_a_page_on_paper(decks, browser, look):
    found = {}
    for deck in decks:
        browser.get(f"{deck.as_uri()}?print-pdf")
        assert browser.execute_script(READY)
        found[deck.stem] = browser.execute_script(LOOK)
        printed = base64.b64decode(browser.print_page())
        pages = len(re.findall(rb"/Type\s*/Page\b", printed))
        slides = len(re.findall("<section", deck.read_text("utf-8")))
        assert pages == slides, f"{deck.name}: {slides} slides, {pages} pages"
    assert not any(found.values()), found


def test_a_deck_is_gone_through_by_keys(decks, browser, look):
    browser.get(decks[0].as_uri())
    for _ in range(100):
        if browser.execute_script("return typeof Reveal !== 'undefined' && Reveal.isReady()"):
            break
        time.sleep(0.1)
    browser.execute_script("Reveal.right(); Reveal.right()")
    assert browser.execute_script("return Reveal.getIndices().h") == 2
    look("deck")
