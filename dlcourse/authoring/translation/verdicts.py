"""What the exercises and the quiz of a lesson say, for translators: `NN_topic.verdicts.po`."""

from collections.abc import Iterator
from pathlib import Path

from dlcourse.authoring.translation.catalogue import Catalogue
from dlcourse.authoring.translation.po_file import Message
from dlcourse.exercises.engine.question import Question


class Verdicts(Catalogue):
    """One entry a sentence, each said of the exercise and kind where it first stands."""

    def __init__(self, root: Path, stem: str, language: str):
        self.lesson = stem
        said, comments, families = _sentences(stem)
        super().__init__(root, language, f"{stem}.verdicts", said, comments, families)

    @property
    def named(self) -> str:
        return f" {self.lesson}"


def _sentences(stem: str) -> tuple[list[Message], dict[str, str], set[str]]:
    """Messages, comments on them, and those in which a {parameter} is filled in."""
    from dlcourse.exercises import catalogue, questions

    said: dict[str, str] = {}
    comments: dict[str, str] = {}
    exercises = catalogue().get(stem, {}).values()
    sentences = [(f"{e.name}: {kind}", text) for e in exercises for kind, text in e.sentences()]
    for context, text in sentences:
        said.setdefault(text, context)
    for context, text, asked in _reasons(questions(stem)):
        said.setdefault(text, context)
        comments.setdefault(text, asked)
    families = {text for context, text in sentences if context.endswith("with a number")}
    return [(context, text) for text, context in said.items()], comments, families


def _reasons(asked: tuple[Question, ...]) -> Iterator[tuple[str, str, str]]:
    """Of each option: context, why it is right or wrong, and the question with the option."""
    for number, question in enumerate(asked, 1):
        for letter, option in question.options.items():
            judged = "right" if option.right else "wrong"
            about = f"{question.text}\n{letter}: {option.text}"
            yield f"quiz {number}: why {letter} is {judged}", option.why, about
