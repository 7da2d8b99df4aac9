"""The Korean edition as it is committed: faithful where it is current, and graded like the English one."""

import json
import re
import warnings
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polib
import pytest

from dlcourse.authoring.source import read_lesson
from dlcourse.authoring.translation.compiled import uncompiled
from dlcourse.authoring.translation.edition import Edition, run
from dlcourse.authoring.translation.messages import STEM, Messages
from dlcourse.authoring.translation.placeholders import FORMAT, misplaced, placeholders
from dlcourse.authoring.translation.po_file import rendered
from dlcourse.authoring.translation.terms import avoided, misworded
from dlcourse.authoring.translation.verdicts import Verdicts
from dlcourse.course.language import speaking
from dlcourse.exercises.engine.calls import run_locally
from dlcourse.exercises.lookup import exercises
from dlcourse.exercises.released_cells import lesson
from dlcourse.grading.intake.notebook import code_cells

CLONE = Path(__file__).parents[3]
TRANSLATIONS = sorted((CLONE / "translations" / "ko").glob("*.po"))
VERDICTS = ".verdicts"
pytestmark = pytest.mark.skipif(not TRANSLATIONS, reason="not in a clone")

FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$]+\$", re.DOTALL)
CODE = re.compile(r"```.+?```|`[^`\n]+`", re.DOTALL)
HANGUL = re.compile("[가-힣]{2}")
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


def without_words(text):
    """Words in formulas are translated, too."""
    return re.sub(r"\\text\{[^{}$]*\}", r"\\text{}", text)


@pytest.mark.parametrize("part", [FORMULA, CODE, LINK], ids=["formulas", "code", "links"])
def test_lesson_03_keeps_its_formulas_code_and_links(part):
    pairs = [map(without_words, (rendered(e), e.msgstr)) for e in entries() if e.msgstr]
    found = [(Counter(part.findall(ours)), Counter(part.findall(theirs))) for ours, theirs in pairs]
    assert [theirs for _, theirs in found] == [ours for ours, _ in found]


def test_lesson_03_speaks_politely_throughout():
    """Sentences end in 요; none ends in 니다, 십시오 or a plain 다."""
    prose = "\n".join(CODE.sub("", FORMULA.sub("", entry.msgstr)) for entry in entries())
    assert re.findall(r"\S*(?:[가-힣]다|십시오|니까)[.!?]", prose) == []
    assert len(re.findall(r"요[.!?]", prose)) > 200


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


def test_every_text_that_is_filled_in_can_be():
    """And each translation of it with the same values: else `format` would fail before a student."""
    for entry in (entry for path in TRANSLATIONS for entry in entries(path) if FORMAT in entry.flags):
        known = {"{parameter}"} if "known mistake" in entry.msgctxt else placeholders(entry.msgid)
        assert placeholders(entry.msgid) <= known, entry.msgid
        assert not entry.translated() or list(misplaced(entry)) == []


def test_what_students_read_is_compiled_from_what_is_translated():
    for line in uncompiled(CLONE, "ko"):
        warnings.warn(line, stacklevel=1)


def test_the_rules_forbid_words_and_no_translation_says_one():
    rules = (CLONE / "translations" / "README.md").read_text(encoding="utf-8")
    assert {"파라미터", "신경망", "습니다"} <= avoided(rules).keys()
    for path in TRANSLATIONS:
        for line in misworded(catalogue(path.stem)):
            warnings.warn(line, stacklevel=1)


def test_a_wrong_answer_is_judged_alike_in_korean_and_told_in_korean():
    exercise = exercises()["sigmoid"]

    def judged(language):
        with speaking(language):
            wrong = lambda x: 1 / (1 + np.exp(x))  # noqa: E731
            return exercise.judge(lambda calls: run_locally(wrong, calls, 5.0))

    ours, theirs = judged("en"), judged("ko")
    assert (ours.points, ours.status, ours.mistake) == (theirs.points, theirs.status, theirs.mistake)
    assert ours.mistake.startswith("The sign of the exponent is flipped")
    assert HANGUL.search(theirs.advice) and HANGUL.search(theirs.problem)
    assert not re.search("[A-Za-z]{4}", CODE.sub("", theirs.advice))
