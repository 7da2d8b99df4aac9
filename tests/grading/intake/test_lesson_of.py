"""Which lesson a notebook is, whatever it is called."""

import json

import pytest

from dlcourse.course.lessons import lesson_path
from dlcourse.exercises.released_cells import known_lessons
from dlcourse.grading.intake.lesson_of import (
    copy_number,
    is_notebook,
    lesson_of,
    lesson_within,
    starts_as_notebook,
    stem_of,
)
from dlcourse.grading.intake.notebook import code_cells

from ..conftest import SOLUTIONS, notebook

LESSON = "03_activations"

# What programs make of a copy's name; {} is the name without .ipynb. Sources: jupyter_server, translations of
# GNOME Files, Caja and Thunar, and read about Dropbox, Nextcloud and Syncthing; the others are remembered.
COPIES = """
{}.new.ipynb|{}.new-2.ipynb|{}-2026-11-29-101500.ipynb|{}-2026-11-29-101500-2.ipynb|{}-Copy1.ipynb
{}-Copy12.ipynb|{} (1).ipynb|{}(1).ipynb|{}-1.ipynb|{} 2.ipynb|{}_(1).ipynb|{}+(1).ipynb
{}%20(1).ipynb|{} - Copy.ipynb|{} - Copy (2).ipynb|{} - Kopie.ipynb|{} - Copie.ipynb
{} - copia.ipynb|{} - Cópia.ipynb|{} - kopia.ipynb|{} — kopia.ipynb|{} – kopie.ipynb
{} - Másolat.ipynb|{} — копия.ipynb|{} - Αντιγραφή.ipynb|{} - コピー.ipynb|{} - 복사본.ipynb
{} - 副本.ipynb|{} - 複製.ipynb|{} - نسخة.ipynb|{} - עותק.ipynb|Copy of {}.ipynb
Copy (2) of {}.ipynb|Copy_of_{}.ipynb|Copy of Copy of {}.ipynb|Kopie von {}.ipynb|Copie de {}.ipynb
Kopie (2) von {}.ipynb|Kopia {}.ipynb|Копия {}.ipynb|Bản sao của {}.ipynb|สำเนาของ{}.ipynb
عنوان {}.ipynb|「{}」的副本.ipynb|コピー ～ {}.ipynb|복사본 {}.ipynb|复件 {}.ipynb|{} copy.ipynb
{} copy 2.ipynb|{} Kopie 2.ipynb|{}のコピー.ipynb|{}のコピー2.ipynb|{} 복사본.ipynb|{}副本.ipynb
{}的副本.ipynb|{}拷貝.ipynb|{} (copy).ipynb|{} (another copy).ipynb|{} (3rd copy).ipynb
{} (Kopie).ipynb|{} (noch eine Kopie).ipynb|{} (3. Kopie).ipynb|{} (3ª copia).ipynb
{} (3:e kopian).ipynb|{} (3-я копия).ipynb|{} (コピー).ipynb|{} (3 番目のコピー).ipynb
{} （复件）.ipynb|{}（副本 2）.ipynb|{} (사본).ipynb|{} (Ada's conflicted copy 2024-01-01).ipynb
{} (conflicted copy 2024-01-01 120000).ipynb|{}.sync-conflict-20240101-120000-ABCDEFG.ipynb
{}-DESKTOP-AB12CDE.ipynb|{} (Ada Lovelace).ipynb|{} [Conflict].ipynb|Late Submission - {}.ipynb
Verspätete Abgabe - {}.ipynb|ada_{}.ipynb|{}_ada.ipynb|{}_final.ipynb|{}_v2.ipynb|{}2.ipynb
{}.ipynb.ipynb|{}.ipynb.txt|{}.ipynb.json|{}.ipynb.download|{}.ipynb のコピー|{}.ipynb의 사본
{}.ipynb adlı dosyanın kopyası|{}_of_mine.ipynb|LATE {}.ipynb|{} copy  copy  copy.ipynb|{}.IPYNB
{}.bak.ipynb|{}~.ipynb
"""


@pytest.mark.parametrize("pattern", [p for line in COPIES.split("\n") for p in line.split("|") if p])
def test_what_programs_make_of_a_name_means_the_lesson(pattern):
    for written in (LESSON, "03_Activations", "03-activations", "03 activations"):
        name = pattern.format(written)
        assert is_notebook(name)
        assert lesson_of(stem_of(name)) == LESSON


@pytest.mark.parametrize(
    "stem",
    [
        "essay",
        "activations",
        "103_activations",
        "03_activationsx",
        "03_act",
        "",
        "03_activations 04_rectifiers",
    ],
)
def test_a_name_that_means_no_lesson_or_two_is_kept(stem):
    assert lesson_of(stem) == stem


@pytest.mark.parametrize(
    "stem, number",
    [
        ("{}", 0),
        ("{} (10)", 10),
        ("{}-2", 2),
        ("{} - Copy", 1),
        ("Copy (3) of {}", 3),
        ("{}-2026-11-29-101500", 29),
    ],
)
def test_a_copys_number_is_the_last_short_one(stem, number):
    assert copy_number(stem.format(LESSON), LESSON) == number


@pytest.mark.parametrize("folder", ["lessons", "solutions"])
@pytest.mark.parametrize("lesson", known_lessons())
@pytest.mark.parametrize("name", ["homework", "Lesson 3", "03_activations 04_rectifiers"])
def test_each_lesson_is_known_by_what_is_in_it(folder, lesson, name):
    path = lesson_path(lesson) if folder == "lessons" else SOLUTIONS / f"{lesson}.ipynb"
    content = path.read_bytes()
    assert lesson_within(name, code_cells(content), content) == lesson
    assert lesson_within("01_training_procedure", code_cells(content), content) == lesson


@pytest.mark.parametrize("lesson", known_lessons())
def test_a_lesson_without_one_exercise_left_is_known_by_the_ids_of_its_cells(lesson):
    whole = json.loads(lesson_path(lesson).read_text())
    whole["cells"] = [c for c in whole["cells"] if "exercise" not in c["metadata"].get("dlcourse", {})]
    content = json.dumps(whole).encode()
    assert lesson_within("homework", code_cells(content), content) == lesson


def within(name, *cells):
    content = notebook(cells).encode()
    return lesson_within(name, code_cells(content), content)


def test_one_exercise_is_enough_where_the_name_says_nothing():
    assert within("homework", "async def helper(): pass", "x = 1\n\ndef sigmoid(x):\n    return x") == LESSON


def test_a_helper_of_another_lesson_does_not_make_it_that_one():
    cells = ["def softmax(z):\n    return z", "def relu(x):\n    return x"]
    assert within(LESSON, *cells) == LESSON
    assert within(LESSON, "print('nothing')") == LESSON
    assert within("homework", *cells, "def elu(x): return x") == "04_rectifiers"


def test_what_holds_as_much_of_two_lessons_is_none():
    cells = ["def sigmoid(x):\n    return x", "def relu(x):\n    return x"]
    assert within("homework", *cells) == "homework"
    assert within("04_rectifiers", *cells) == "04_rectifiers"


def test_ids_in_texts_are_no_ids():
    text = json.dumps({"id": "xor-figure", "grade_id": "check-relu"})
    assert within("homework", f"s = {text!r}") == "homework"


@pytest.mark.parametrize(
    "start, is_one",
    [
        (b'{\n "cells": [', True),
        (b'\xef\xbb\xbf{"nbformat": 4, ', True),
        (b'{"metadata": {}', True),
        (b'{"name": "x"}', False),
        (b"<html>", False),
        (b"", False),
    ],
)
def test_a_notebook_is_known_by_its_first_bytes(start, is_one):
    assert starts_as_notebook(start) is is_one
