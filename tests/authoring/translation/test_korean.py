"""The Korean edition as it is committed: faithful where it is current, and graded like the English one."""

import json
import re
import warnings
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import polib
import pytest

from dlcourse.authoring.source import read_lesson
from dlcourse.authoring.translation.edition import Edition, run
from dlcourse.authoring.translation.messages import STEM, Messages
from dlcourse.authoring.translation.po_file import rendered
from dlcourse.authoring.translation.verdicts import Verdicts
from dlcourse.exercises.released_cells import lesson
from dlcourse.grading.intake.notebook import code_cells

CLONE = Path(__file__).parents[3]
TRANSLATIONS = sorted((CLONE / "translations" / "ko").glob("*.po"))
VERDICTS = ".verdicts"
pytestmark = pytest.mark.skipif(not TRANSLATIONS, reason="not in a clone")

FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$]+\$", re.DOTALL)
CODE = re.compile(r"```.+?```|`[^`\n]+`", re.DOTALL)
LINK = re.compile(r"\]\([^)]+\)|https?://\S+")


def entries(path=CLONE / "translations" / "ko" / "03_activations.po"):
    return list(polib.pofile(str(path)))


def korean(stem):
    return Edition(CLONE, read_lesson(CLONE / "solutions" / f"{stem}.py"), "ko")


def catalogue(stem):
    if stem == STEM:
        return Messages(CLONE, "ko")
    lesson = stem.removesuffix(VERDICTS)
    return Verdicts(CLONE, lesson, "ko") if lesson != stem else korean(stem)


@pytest.mark.parametrize("path", TRANSLATIONS, ids=lambda path: path.stem)
def test_every_translation_that_is_shown_is_faithful_and_one_that_lags_is_told(path):
    edition = catalogue(path.stem)
    assert list(edition.unfaithful()) == []
    for line in edition.behind():
        warnings.warn(line, stacklevel=1)


def test_lesson_03_is_in_korean():
    texts = korean("03_activations").texts().values()
    assert texts and all(re.search("[가-힣]{2}", text) for text in texts)


@pytest.mark.parametrize("part", [FORMULA, CODE, LINK], ids=["formulas", "code", "links"])
def test_lesson_03_keeps_its_formulas_code_and_links(part):
    found = [
        (Counter(part.findall(rendered(e))), Counter(part.findall(e.msgstr))) for e in entries() if e.msgstr
    ]
    assert [theirs for _, theirs in found] == [ours for ours, _ in found]


def test_lesson_03_speaks_formally_throughout():
    """Statements end in 니다 or 시다, questions in 까 or 까요; no sentence is in another style."""
    prose = "\n".join(CODE.sub("", FORMULA.sub("", entry.msgstr)) for entry in entries())
    assert re.findall(r"\S*(?:(?<![니시])다|(?<!까)요)[.!?]", prose) == []
    assert len(re.findall(r"(?:니다|까|까요|시오)[.?]", prose)) > 200


def test_a_korean_notebook_is_graded_like_the_english_one(tmp_path, monkeypatch):
    monkeypatch.chdir(CLONE)
    args = SimpleNamespace(language="ko", lessons=["3"], check=False, update=False, out=str(tmp_path))
    assert run(args) == 0
    ours = (CLONE / "lessons" / "03_activations.ipynb").read_bytes()
    theirs = (tmp_path / "lessons" / "03_activations.ipynb").read_bytes()
    assert ours != theirs
    released = lesson("03_activations")
    cells = released.cells_to_run(code_cells(theirs))
    assert cells == released.cells_to_run(code_cells(ours))
    assert len(cells) > len(released.exercises)


def test_a_korean_notebook_is_for_everything_else_the_english_one(tmp_path, monkeypatch):
    monkeypatch.chdir(CLONE)
    run(SimpleNamespace(language="ko", lessons=["3"], check=False, update=False, out=str(tmp_path)))
    for folder in ("lessons", "solutions"):
        ours, theirs = (
            json.loads((at / folder / "03_activations.ipynb").read_text()) for at in (CLONE, tmp_path)
        )
        for notebook in (ours, theirs):
            for cell in notebook["cells"]:
                if cell["cell_type"] == "markdown":
                    del cell["source"]
        assert ours == theirs
