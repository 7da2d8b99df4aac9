import json

import pytest

from dlcourse.course import language

LESSONS = ("03_activations", "04_rectifiers")


def notebook(*sources, text=""):
    """One with these cells of code, after a text if there is one."""
    cells = [{"cell_type": "markdown", "id": "text", "metadata": {}, "source": [text]}] if text else []
    cells += [
        {
            "cell_type": "code",
            "id": f"c{n}",
            "metadata": {},
            "source": [text],
            "outputs": [],
            "execution_count": None,
        }
        for n, text in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(autouse=True)
def english(monkeypatch):
    """Each test begins in English, whoever runs it, and leaves no other language behind."""
    monkeypatch.setattr(language, "_spoken", [])
    monkeypatch.delenv("DLCOURSE_LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def released(tmp_path, monkeypatch):
    """The released lessons: `released(text)` publishes a version of lesson 03 that says `text`."""
    folder = tmp_path / "course" / "lessons"
    folder.mkdir(parents=True)
    monkeypatch.setattr("dlcourse.course.lessons._PLACES", (folder,))

    def publish(text):
        (folder / "03_activations.ipynb").write_text(notebook(text))

    for stem in LESSONS:
        (folder / f"{stem}.ipynb").write_text(notebook(f"{stem}, first version"))
    return publish


@pytest.fixture
def here(tmp_path, monkeypatch, released):
    """The folder in which commands are typed."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder
