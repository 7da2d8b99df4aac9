import errno
import json
import os
from pathlib import Path

import pytest

from dlcourse.course.errors import UserError
from dlcourse.student.work_folder import WorkFolder, fingerprint

from .conftest import notebook


@pytest.fixture
def work(here):
    return WorkFolder(here / "work")


@pytest.fixture
def mine(work):
    """The student's copy of lesson 03, just put there."""
    work.install()
    return work.lesson("03_activations")


def names(work):
    return sorted(path.name for path in work.path.glob("*.ipynb"))


def test_lessons_are_put_into_a_folder_that_is_made(work):
    assert work.install() == []
    assert names(work) == ["03_activations.ipynb", "04_rectifiers.ipynb"]


def test_doing_it_again_changes_nothing(work, mine):
    before = {path: path.stat().st_mtime_ns for path in work.path.glob("*.ipynb")}
    assert work.install() == []
    assert {path: path.stat().st_mtime_ns for path in work.path.glob("*.ipynb")} == before


def test_a_lesson_that_was_deleted_is_put_there_again(work, mine):
    mine.unlink()
    work.install()
    assert mine.exists()


def test_an_unedited_old_copy_is_updated_in_place(work, mine, released):
    released("second version")
    assert work.install() == ["03_activations.ipynb: updated; you had not edited it."]
    assert mine.read_text() == notebook("second version")
    assert names(work) == ["03_activations.ipynb", "04_rectifiers.ipynb"]


def test_running_cells_is_not_editing_them(work, mine, released):
    run = json.loads(mine.read_text())
    run["cells"][0] |= {
        "execution_count": 3,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}],
    }
    run["metadata"] = {"language_info": {"name": "python", "version": "3.13"}}
    mine.write_text(json.dumps(run, indent=1))
    released("second version")
    assert "updated" in work.install()[0]


def test_edited_work_is_kept_and_the_update_lands_beside_it_once(work, mine, released):
    mine.write_text(notebook("my own work"))
    assert work.install() == []
    released("second version")
    (said,) = work.install()
    assert "kept as you edited it" in said
    assert "03_activations.new.ipynb" in said
    assert mine.read_text() == notebook("my own work")
    assert (work.path / "03_activations.new.ipynb").read_text() == notebook("second version")
    assert work.install() == []


def test_a_second_update_does_not_overwrite_the_first_that_may_be_edited_too(work, mine, released):
    mine.write_text(notebook("my own work"))
    released("second version")
    work.install()
    beside = work.path / "03_activations.new.ipynb"
    beside.write_text(notebook("my work in the second version"))
    released("third version")
    assert "03_activations.new-2.ipynb" in work.install()[0]
    assert beside.read_text() == notebook("my work in the second version")
    assert mine.read_text() == notebook("my own work")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"cells": 3}', "my notes", '{"cells": [{}]}', "[" * 100_000]
)
def test_a_file_that_is_no_notebook_counts_as_edited_work(work, mine, released, content):
    mine.write_text(content)
    released("second version")
    work.install()
    assert mine.read_text() == content


@pytest.mark.parametrize("record", [None, "", "{", "[]", '{"03_activations": 3}'])
def test_without_its_record_nothing_is_overwritten(work, mine, released, record):
    path = work.hidden("installed.json")
    path.unlink() if record is None else path.write_text(record)
    released("second version")
    work.install()
    assert mine.read_text() == notebook("03_activations, first version")
    assert (work.path / "03_activations.new.ipynb").read_text() == notebook("second version")


def test_a_student_who_took_over_the_update_gets_the_next_in_place(work, mine, released):
    mine.write_text(notebook("my own work"))
    released("second version")
    work.install()
    mine.write_text(notebook("second version"))
    work.install()
    released("third version")
    assert "updated" in work.install()[0]


def test_a_fingerprint_does_not_depend_on_how_the_lines_of_a_cell_are_split(here):
    one, other = here / "a.ipynb", here / "b.ipynb"
    one.write_text(notebook("x = 1\ny = 2"))
    content = json.loads(one.read_text())
    content["cells"][0]["source"] = ["x = 1\n", "y = 2"]
    other.write_text(json.dumps(content))
    assert fingerprint(one) == fingerprint(other)


def refusal(folder):
    with pytest.raises(UserError) as caught:
        WorkFolder(folder).install()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_file_is_refused_as_a_folder(here):
    (here / "notes").touch()
    assert "is a file; give a folder" in refusal(here / "notes")
    assert "Not a directory" in refusal(here / "notes" / "work")


def test_the_courses_own_folders_are_refused(here):
    for folder in (
        here.parent / "course" / "lessons",
        Path(fingerprint.__code__.co_filename).parent / "mine",
    ):
        assert "belongs to the course itself" in refusal(folder)
        assert not (folder / ".dlcourse").exists()


@pytest.mark.skipif(getattr(os, "geteuid", int)() == 0, reason="root, or no POSIX modes: it may be written")
def test_a_folder_that_cannot_be_written_is_refused(here):
    here.chmod(0o500)
    assert "Permission denied" in refusal(here / "work")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc")
def test_a_folder_under_proc_is_refused(here):
    assert "cannot put lessons into /proc/mine" in refusal(Path("/proc/mine"))


def test_a_folder_where_a_notebook_should_be_is_named(here):
    (here / "work" / "03_activations.ipynb").mkdir(parents=True)
    said = refusal(here / "work")
    assert "03_activations.ipynb" in said and "name another folder, as in `dlcourse start FOLDER`" in said


def test_what_arrived_before_something_failed_does_not_arrive_again(work, mine, released):
    mine.write_text(notebook("my answer"))
    released("second version")
    work.lesson("04_rectifiers").unlink()
    work.lesson("04_rectifiers").mkdir()
    for _ in range(2):
        refusal(work.path)
    assert [path.name for path in work.path.glob("*.new*")] == ["03_activations.new.ipynb"]


def test_an_update_that_could_not_be_written_arrives_the_next_time(work, mine, released, monkeypatch):
    mine.write_text(notebook("my answer"))
    released("second version")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(WorkFolder, "_put_beside", full)
        refusal(work.path)
    assert "03_activations.new.ipynb" in " ".join(work.install())


def test_a_full_disk_loses_nothing(work, mine, released, monkeypatch):
    released("second version")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    assert "No space left on device" in refusal(work.path)
    assert mine.read_text() == notebook("03_activations, first version")
    assert [path.name for path in work.path.iterdir() if path.name.startswith(".0")] == []
