"""What is said in another language is what is said in English, sentence by sentence, and judged the same."""

import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from dlcourse.authoring.translation.messages import messages
from dlcourse.course import language
from dlcourse.course.language import speaking
from dlcourse.exercises import compare_guess, quiz
from dlcourse.exercises.engine.calls import run_locally
from dlcourse.exercises.lookup import catalogue, exercises, questions

SENTENCE = {
    "the",
    "a",
    "an",
    "is",
    "are",
    "of",
    "to",
    "with",
    "in",
    "at",
    "as",
    "returned",
    "gave",
    "expected",
}
SENTENCE |= {"did", "your", "it", "its", "and"}
LESSONS = [lesson for lesson in catalogue() if lesson != "16_capstone"]  # which trains for seconds


@pytest.fixture
def pseudo(monkeypatch):
    """A language in which each sentence that translators are given is English in brackets."""
    monkeypatch.setattr(language, "_catalogue", lambda _: catalogue_of(lambda text: f"⟦{text}⟧"))
    return "pseudo"


def catalogue_of(translated):
    return SimpleNamespace(gettext=lambda text: translated(text) if text in for_translators() else text)


@cache
def for_translators():
    said = {text for _, text in messages(Path(language.__file__).parents[1])}
    for lesson in catalogue():
        said |= {text for exercise in catalogue()[lesson].values() for _, text in exercise.sentences()}
        said |= {option.why for question in questions(lesson) for option in question.options.values()}
    return said


def english(text):
    """Without brackets; a phrase that begins a sentence has its capital in English alone."""
    return text.replace("⟦", "").replace("⟧", "").casefold()


def unsaid(text):
    """What stands in no brackets."""
    while (shorter := re.sub("⟦[^⟦⟧]*⟧", "", text)) != text:
        text = shorter
    return text


def twice(value):
    return tuple(map(twice, value)) if isinstance(value, tuple) else np.multiply(value, 2)


def wrong_answers(exercise):
    def changed(change):
        return lambda *args, **kwargs: change(exercise.reference(*args, **kwargs))

    def raises(*args, **kwargs):
        raise ValueError("no {name}")

    def changes(x, *args, **kwargs):
        x *= 2
        return exercise.reference(x, *args, **kwargs)

    yield from (changed(twice), changed(lambda value: None), changed(lambda value: [[value], 1]))
    yield from (changed(lambda value: np.transpose(value) + 1), lambda: None, raises, changes)
    yield from (mistake for _, mistake in exercise.mistakes[::6])


def judged(exercise, function):
    return exercise.judge(lambda calls: run_locally(function, calls, 5.0))


def mumbled(text):
    """A translation without a word: placeholders and code alone are kept."""
    return re.sub(r"(`[^`]*`|\{[^{}]*\})|[A-Za-z]+", lambda found: found[1] or "ㅁ", text)


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_english_is_left_inside_a_sentence_either(lesson, monkeypatch):
    """But for what Python itself says of an exception."""
    monkeypatch.setattr(language, "_catalogue", lambda _: catalogue_of(mumbled))
    for exercise in catalogue()[lesson].values():
        for function in wrong_answers(exercise):
            with speaking("mumbled"):
                verdict = judged(exercise, function)
            if not re.search("Error|ㅁ ㅁ ㅁ: ", verdict.problem):
                prose = re.sub("`[^`]*`|“[^”]*”", "", f"{verdict.problem} {verdict.advice}")
                assert not set(re.findall("[a-z]+", prose)) & SENTENCE, prose


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_sentence_of_a_verdict_is_said_and_points_and_mistake_stay(lesson, pseudo):
    for exercise in catalogue()[lesson].values():
        for function in wrong_answers(exercise):
            ours = judged(exercise, function)
            with speaking(pseudo):
                theirs = judged(exercise, function)
                shown = theirs.text().splitlines()
            assert (theirs.points, theirs.status, theirs.mistake) == (ours.points, ours.status, ours.mistake)
            for text, other in ((ours.problem, theirs.problem), (ours.advice, theirs.advice)):
                assert (english(other), unsaid(other).strip()) == (text.casefold(), "")
            assert [english(line) for line in shown] == ours.text().casefold().splitlines()


def test_a_right_answer_is_praised_in_the_language_that_is_spoken(pseudo):
    exercise = exercises()["sigmoid"]
    with speaking(pseudo):
        verdict = judged(exercise, exercise.reference)
        assert verdict.headline == "⟦✓ sigmoid: ⟦passed⟧ (3 of 3 points)⟧"
    assert verdict.status == "passed" and unsaid(verdict.problem) == ""


def test_a_quiz_and_a_guess_are_answered_in_it(pseudo, capsys):
    with speaking(pseudo):
        quiz("03_activations", q1="b", q2="a", q3=None, q4="7", q5=5)
        compare_guess(0.5, 0.25, "slope")
        compare_guess(None, 0.25, "slope")
    *answers, near, none = capsys.readouterr().out.splitlines()
    assert all(re.fullmatch(r"q\d: ⟦.*⟧", line) for line in answers)
    assert near == "⟦slope: your guess 0.5, measured 0.25⟦, 2 times smaller⟧.⟧"
    assert none.startswith("⟦slope: measured 0.25.")


def test_a_family_is_told_with_its_number_and_known_by_its_english_sentence(korean):
    exercise = exercises()["numerical_gradient"]
    sentence = next(family.sentence for family in exercise.families)
    korean({sentence: "h가 {parameter}예요.", "Likely cause: {sentence}": "원인: {sentence}"})
    wrong = next(family.wrong for family in exercise.families)
    with speaking("ko"):
        verdict = judged(exercise, lambda f, x, **given: wrong(f, x, **given, parameter=1e-3))
    assert verdict.advice.startswith("원인: h가 0.001예요.")
    assert verdict.mistake == sentence.replace("{parameter}", "0.001")


def test_a_term_of_several_words_is_said_in_it_too(korean):
    korean({"new {name}": "새 {name}", "{what} is the expected one plus {term}.": "{what} + {term}"})
    exercise = exercises()["momentum_step"]

    def ahead(*args):
        params, velocity = exercise.reference(*args)
        return params + velocity / 2, velocity

    with speaking("ko"):
        assert "½·새 velocity" in judged(exercise, ahead).advice
