"""What the course says besides its lessons: gathered for translators, checked, compiled for students."""

import gettext
import io

import polib
import pytest

from dlcourse.authoring.translation.messages import messages
from dlcourse.authoring.translation.placeholders import FORMAT, misplaced, placeholders

from .test_edition import translate

CODE = """
from dlcourse.course.language import marked, phrase, tr

SAID = marked("a constant")

def f(name):
    tr("There is no {name}.").format(name=name)
    tr(SAID)
    print("not said")
    return phrase("one of "
                  "{several}", several=name), tr("a constant")
"""


@pytest.fixture
def code(root):
    """Write a module of the package, none of which is there yet."""

    def write(name, text):
        path = root / "dlcourse" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return write


@pytest.fixture
def po(root, built, dlcourse, code):
    """The three files, begun: the lesson's, its verdicts' and the messages'."""
    code("commands/start.py", CODE)
    dlcourse("build", "--language", "ko", "--update", "3")
    dlcourse("build", "--language", "ko", "--update")
    folder = root / "translations" / "ko"
    return {path.stem: path for path in sorted(folder.glob("*.po"))}


def students_get(root):
    path = root / "dlcourse" / "languages" / "ko" / "LC_MESSAGES" / "dlcourse.mo"
    return gettext.GNUTranslations(io.BytesIO(path.read_bytes())).gettext


def filled(po, texts):
    file = polib.pofile(str(po), wrapwidth=0)
    for entry in file:
        entry.msgstr = texts.get(entry.msgid, entry.msgstr)
    po.write_text(f"{file}", encoding="utf-8")


def test_each_text_that_is_said_is_found_once_in_the_order_of_the_code(root, code):
    code("commands/start.py", CODE)
    code("authoring/build.py", 'tr("which authors read")')
    assert list(messages(root / "dlcourse")) == [
        ("commands/start", "a constant"),
        ("commands/start", "There is no {name}."),
        ("commands/start", "one of {several}"),
    ]


def test_what_exercises_say_is_told_with_its_exercise_and_kind(po):
    entries = polib.pofile(str(po["03_doubling.verdicts"]))
    assert [(entry.msgctxt, entry.msgid) for entry in entries] == [
        ("double: hint", "Add `x` to itself."),
        ("double: known mistake", "This is the square."),
        ("double: known mistake with a number", "Your factor is {parameter}."),
    ]
    assert [FORMAT in entry.flags for entry in entries] == [False, False, True]


def test_why_an_option_is_right_is_told_with_its_question(monkeypatch, root, dlcourse, built):
    from dlcourse.exercises.engine.question import Question, right, wrong

    asked = Question("1 + 1?", a=right("2", "Count."), b=wrong("3", "One too many."))
    monkeypatch.setattr("dlcourse.exercises.questions", lambda lesson: (asked,))
    dlcourse("build", "--language", "ko", "--update", "3")
    entries = polib.pofile(str(root / "translations" / "ko" / "03_doubling.verdicts.po"))
    assert [(entry.msgctxt, entry.msgid, entry.comment) for entry in entries][-2:] == [
        ("quiz 1: why a is right", "Count.", "1 + 1?\na: 2"),
        ("quiz 1: why b is wrong", "One too many.", "1 + 1?\nb: 3"),
    ]


def test_students_get_what_is_translated_of_all_files(root, dlcourse, po):
    filled(po["messages"], {"a constant": "상수"})
    filled(po["03_doubling.verdicts"], {"This is the square.": "제곱이에요."})
    filled(po["03_doubling"], {"# A lesson": "# 첫 과"})
    behind = "dlcourse.mo is not what translations/ko/ says: run `dlcourse build --language ko`"
    assert behind in dlcourse("build", "--language", "ko", "--check")[2]
    assert behind in dlcourse("build", "--check")[2]
    dlcourse("build", "--language", "ko")
    assert dlcourse("build", "--check")[0] == 0
    said = students_get(root)
    texts = ("a constant", "This is the square.", "# A lesson", "There is no {name}.")
    assert list(map(said, texts)) == ["상수", "제곱이에요.", "# 첫 과", "There is no {name}."]


@pytest.mark.parametrize(
    "broken", ["없어요.", "{nam} 없어요.", "{name 없어요.", "{name:d} 없어요.", "{} 없어요."]
)
def test_a_translation_that_would_fail_before_a_student_is_named_and_left_out(root, dlcourse, po, broken):
    filled(po["messages"], {"There is no {name}.": broken})
    dlcourse("build", "--language", "ko")
    code, _, errors = dlcourse("build", "--language", "ko", "--check")
    assert code == 1
    assert errors.startswith("translations/ko/messages.po: 'commands/start' ")
    assert students_get(root)("There is no {name}.") == "There is no {name}."


def test_a_changed_sentence_is_said_in_english_until_it_is_translated_anew(root, dlcourse, po, code):
    filled(po["messages"], {"There is no {name}.": "{name}이(가) 없어요."})
    code("commands/start.py", CODE.replace("There is no {name}.", "There is no such {name}."))
    assert "is not in step with its source: run" in dlcourse("build", "--language", "ko", "--check")[2]
    said = dlcourse("build", "--language", "ko", "--update")[1]
    assert "translations/ko/messages.po: 'commands/start' is stale" in said
    assert students_get(root)("There is no such {name}.") == "There is no such {name}."


def test_how_much_is_translated_is_told_whatever_else_is(dlcourse, po):
    filled(po["messages"], {"a constant": "상수"})
    assert (
        "translations/ko/messages.po: 1 of 3 messages in ko"
        in dlcourse("build", "--language", "ko", "--check")[1]
    )


def test_words_that_the_rules_forbid_are_listed_and_are_no_fault(root, dlcourse, po):
    rules = "### Words to avoid\n\n| not | but |\n|---|---|\n| 신경망, 파라미터 | the table's |\n"
    (root / "translations" / "README.md").write_text(rules, encoding="utf-8")
    translate(po["03_doubling"], {"at the top": "# 신경망", "after check-double": "뉴럴네트워크"})
    dlcourse("build", "--language", "ko")
    code, _, errors = dlcourse("build", "--language", "ko", "--check", "3")
    assert (code, errors) == (0, "translations/ko/03_doubling.po: 'at the top' says 신경망: the table's\n")


@pytest.mark.parametrize(
    ("original", "translation", "said"),
    [
        ("{a} of {b}", "{b} 가운데 {a}", []),
        ("{a} of {b}", "{b}, {b} 가운데 {a}", []),
        ("{} of {}", "{1} 가운데 {0}", []),
        ("{} of {}", "{} 가운데", ["lacks {1}"]),
        ("{} of {}", "{1} 가운데 {}", ["is no format: some of its braces have numbers, and some have none"]),
        ("{a!r} is {b:g}", "{a}은 {b:g}", ["lacks {a!r}", "adds {a}"]),
        ("{{a}} {b}", "{b} {{가}}", []),
    ],
)
def test_every_placeholder_is_in_both_in_any_order(original, translation, said):
    entry = polib.POEntry(msgid=original, msgstr=translation, flags=[FORMAT])
    assert list(misplaced(entry)) == said


def test_placeholders_are_those_that_format_fills_in():
    assert placeholders("no {{braces}} and {one!s:>{width}}") == {"{one!s:>{width}}"}
