import nbformat
import polib
import pytest

KOREAN = {"at the top": "# 첫 과", "after check-double": "2의 두 배는 무엇입니까?"}


@pytest.fixture
def po(root):
    """The .po file of the lesson, not yet there."""
    return root / "translations" / "ko" / "03_doubling.po"


@pytest.fixture
def translated(built, dlcourse, po):
    """The lesson, built and translated in full."""
    dlcourse("build", "--language", "ko", "--update", "3")
    translate(po, KOREAN)
    return built


def translate(po, translations):
    file = polib.pofile(str(po), wrapwidth=0)
    for entry in file:
        entry.msgstr = translations.get(entry.msgctxt, entry.msgstr)
    po.write_text(f"{file}", encoding="utf-8")


def edition(root, folder="lessons"):
    return nbformat.read(root / "build" / "ko" / folder / "03_doubling.ipynb", as_version=4)


def texts(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def test_a_translation_begins_with_every_text_and_none_translated(dlcourse, po, built):
    code, said, _ = dlcourse("build", "--language", "ko", "--update", "3")
    assert (code, said.splitlines()) == (
        0,
        [
            "translations/ko/03_doubling.po: written, 0 of 2 texts in ko",
            "translations/ko/03_doubling.verdicts.po: written, 0 of 3 messages in ko",
            "dlcourse/languages/ko/LC_MESSAGES/dlcourse.mo: written",
        ],
    )
    assert [entry.msgid for entry in polib.pofile(str(po))] == ["# A lesson", "What is twice two?"]


def test_both_notebooks_have_the_translation_and_all_else_as_it_was(root, dlcourse, translated):
    code, said, _ = dlcourse("build", "--language", "ko")
    assert code == 0
    assert said.splitlines()[0] == "build/ko/lessons/03_doubling.ipynb: written, 2 of 2 texts in ko"
    for english in translated:
        korean = edition(root, english.parent.name)
        assert texts(korean) == list(KOREAN.values())
        original = nbformat.read(english, as_version=4)
        for cell, theirs in zip(original.cells, korean.cells, strict=True):
            assert cell.cell_type == "markdown" or cell == theirs
            assert (cell.id, cell.metadata) == (theirs.id, theirs.metadata)


def test_what_students_are_not_given_is_not_in_the_catalogue_that_they_get(
    root, read, dlcourse, translated, po
):
    discussed = '## Go further\n# Twice that?\n\n# %% [markdown] discussion="go-further"\n# Four it is.'
    read("What is twice two?", discussed)
    dlcourse("build")
    dlcourse("build", "--language", "ko", "--update", "3")
    theirs = {"after check-double": "## 더 나아가기\n그 두 배는?", "after check-double, 2": "넷이에요."}
    po.write_text(po.read_text("utf-8").replace("#, fuzzy\n", ""), "utf-8")
    translate(po, theirs)
    dlcourse("build", "--language", "ko")
    path = root / "dlcourse" / "languages" / "ko" / "LC_MESSAGES" / "dlcourse.mo"
    catalogue = path.read_bytes().decode(errors="replace")
    assert "그 두 배는?" in catalogue
    assert "Four it is." not in catalogue and "넷이에요." not in catalogue
    assert "넷이에요." in texts(edition(root, "solutions"))


def test_building_an_edition_leaves_the_english_notebooks_and_the_po_alone(dlcourse, translated, po):
    before = [path.read_bytes() for path in (*translated, po)]
    dlcourse("build", "--language", "ko")
    assert [path.read_bytes() for path in (*translated, po)] == before


def test_what_is_not_translated_stays_english(root, dlcourse, translated, po):
    translate(po, {"at the top": ""})
    assert "1 of 2 texts in ko" in dlcourse("build", "--language", "ko")[1]
    assert texts(edition(root)) == ["# A lesson", KOREAN["after check-double"]]
    assert dlcourse("build", "--language", "ko", "--check")[0] == 0


def test_a_changed_text_is_found_flagged_and_shown_in_english_until_translated_anew(
    root, read, dlcourse, translated, po
):
    read("What is twice two?", "What is twice three?")
    dlcourse("build")
    stale = "translations/ko/03_doubling.po: 'after check-double' is stale"
    code, said, errors = dlcourse("build", "--language", "ko", "--check")
    assert (code, said.splitlines()[0]) == (1, "translations/ko/03_doubling.po: 1 of 2 texts in ko.")
    assert errors.startswith("translations/ko/03_doubling.po is not in step with its source: run `")
    assert stale in errors
    assert stale in dlcourse("build", "--language", "ko")[1]
    assert texts(edition(root)) == [KOREAN["at the top"], "What is twice three?"]

    assert stale in dlcourse("build", "--language", "ko", "--update")[1]
    (entry,) = polib.pofile(str(po)).fuzzy_entries()
    assert (entry.previous_msgid, entry.msgstr) == ("What is twice two?", KOREAN["after check-double"])
    assert dlcourse("build", "--language", "ko", "--check")[2].startswith(stale)


def test_a_text_that_is_gone_is_flagged_and_is_no_fault(read, dlcourse, translated):
    read('# %% [markdown] name="talk"\n# What is twice two?\n\n', "")
    dlcourse("build")
    said = dlcourse("build", "--language", "ko", "--update")[1]
    assert "'after check-double' is obsolete: its text is gone" in said
    assert dlcourse("build", "--language", "ko", "--check")[0] == 0


def test_a_changed_formula_is_found(read, dlcourse, translated, po):
    read("What is twice two?", "What is $2x$?")
    dlcourse("build", "--language", "ko", "--update")
    file = polib.pofile(str(po), wrapwidth=0)
    (entry,) = file.fuzzy_entries()
    entry.msgstr, entry.flags, entry.previous_msgid = "$3x$는 무엇입니까?", [], None
    po.write_text(f"{file}", encoding="utf-8")
    code, _, errors = dlcourse("build", "--language", "ko", "--check", "3")
    assert code == 1
    assert errors.splitlines() == [
        "translations/ko/03_doubling.po: 'after check-double' lacks math 2x",
        "translations/ko/03_doubling.po: 'after check-double' adds math 3x",
    ]


def test_it_goes_where_it_is_told(root, dlcourse, translated, tmp_path_factory):
    out = tmp_path_factory.mktemp("elsewhere")
    assert dlcourse("build", "--language", "ko", "--out", str(out))[0] == 0
    written = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.*"))
    assert written == ["lessons/03_doubling.ipynb", "solutions/03_doubling.ipynb"]
    assert not (root / "build").exists()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["--language", "ko", "--out", ".."], "is where the English notebooks are"),
        (["--language", "ko", "--out", "."], "is where the English notebooks are"),
        (["--language", "fr"], "begin it with `dlcourse build --language fr --update LESSON`"),
        (["--language", "fr", "3"], "begin it with `dlcourse build --language fr --update 03_doubling`"),
        (["--language", "../ko"], "takes a code such as ko, not '../ko'"),
        (["--update"], "--out and --update go with --language"),
        (["--out", "there"], "--out and --update go with --language"),
    ],
)
def test_what_cannot_be_done_is_one_line(dlcourse, translated, typed, says):
    code, said, errors = dlcourse("build", *typed)
    assert (code, said, errors.count("\n")) == (2, "", 1)
    assert says in errors


def test_an_edition_of_notebooks_that_are_not_current_is_refused(root, read, dlcourse, translated):
    read("x + x", "2 * x")
    code, _, errors = dlcourse("build", "--language", "ko")
    assert code == 2
    assert "solutions/03_doubling.ipynb is not what its source says: run `dlcourse build" in errors
    assert not (root / "build").exists()
