"""The words of the course: English as it stands, another language where its catalogue has it."""

import threading

import pytest

from dlcourse.course import language
from dlcourse.course.language import marked, maybe_ours, phrase, said, said_in, speaking, spoken, tr

WRONG = "only {what} is wrong"
KOREAN = {WRONG: "{what}만 틀렸어요", "the sign of {name}": "{name}의 부호", "yes": "네"}


@pytest.fixture(autouse=True)
def catalogue(korean):
    korean(KOREAN)


def sign():
    return phrase("the sign of {name}", name="x")


def test_a_phrase_is_its_english_text_to_all_who_handle_it():
    made = phrase(WRONG, what=sign())
    assert made == "only the sign of x is wrong" and {made: 1}["only the sign of x is wrong"] == 1
    assert made.beginning() == "Only the sign of x is wrong"
    assert said_in("en", made) == made and type(said_in("en", made)) is str


def test_a_phrase_is_said_with_the_phrases_in_it():
    with speaking("ko"):
        assert tr(phrase(WRONG, what=sign())) == "x의 부호만 틀렸어요"
        assert tr(phrase(WRONG, what="y")) == "y만 틀렸어요"


def test_what_the_catalogue_lacks_is_said_in_english_around_what_it_has():
    with speaking("ko"):
        assert tr("no") == "no"
        assert tr(phrase("not {what}", what=sign()).beginning()) == "Not x의 부호"


def test_what_a_student_wrote_is_never_translated_nor_filled_in():
    with speaking("ko"):
        assert said("yes") == "yes"
        assert tr(phrase(WRONG, what="yes")) == "yes만 틀렸어요"
        assert tr(maybe_ours("of {dtype}")) == "of {dtype}"
        assert tr(maybe_ours(marked("yes"))) == "네"


def test_nothing_is_said_of_nothing():
    with speaking("ko"):
        assert (tr(""), tr(maybe_ours(""))) == ("", "")


def test_what_one_thread_says_for_a_while_does_not_change_what_others_say():
    heard = []
    with speaking("ko"):
        thread = threading.Thread(target=lambda: heard.append(spoken()))
        thread.start()
        thread.join()
        assert spoken() == "ko"
    assert (heard, spoken()) == (["en"], "en")


@pytest.mark.parametrize("locale", ["ko_KR.UTF-8", "ko", "ko_KR.EUC-KR"])
def test_without_a_choice_the_locale_is_heeded(monkeypatch, locale):
    monkeypatch.delenv("DLCOURSE_LANGUAGE")
    monkeypatch.setenv("LC_ALL", locale)
    assert spoken() == "ko"
    monkeypatch.setenv("DLCOURSE_LANGUAGE", "en")
    assert spoken() == "en"


def test_a_language_without_a_catalogue_is_english(monkeypatch):
    monkeypatch.setenv("DLCOURSE_LANGUAGE", "fr")
    assert (spoken(), language.languages()) == ("en", ("en", "ko"))


def test_where_nbgrader_grades_the_locale_is_an_instructors_and_tells_no_class_anything(monkeypatch):
    monkeypatch.delenv("DLCOURSE_LANGUAGE")
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert spoken() == "en"
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert spoken() == "ko"
