"""Questions with options, each option with the reason why it is right or wrong.

    QUIZ = (
        Question(
            "What is σ(0)?",
            a=wrong("0", "That is tanh(0)."),
            b=right("½", "1/(1+e⁰) = ½."),
        ),
    )

The lesson shows `question.markdown()`, and asks for the letters in `quiz(LESSON, q1=None, …)`.
"""

from dataclasses import dataclass

from dlcourse.course.language import tr


@dataclass(frozen=True)
class Option:
    """One answer to choose, and what to say to those who do."""

    text: str
    why: str
    right: bool


def right(text: str, why: str) -> Option:
    """The answer, and why it is."""
    return Option(text, why, True)


def wrong(text: str, why: str) -> Option:
    """An answer that tempts, and what it overlooks."""
    return Option(text, why, False)


class Question:
    """A question and its options by letter; raises ValueError unless just one of them is right."""

    def __init__(self, text: str, **options: Option):
        self.text, self.options = text, options
        if sum(option.right for option in options.values()) != 1:
            raise ValueError(f"just one option must be right: {text!r}")

    def respond(self, answer: object) -> str:
        """What to say to an answer, whatever it is.

        >>> Question("1 + 1?", a=right("2", "Count."), b=wrong("3", "One too many.")).respond("B")
        'b is not right. One too many.'
        """
        if answer is None or answer is ...:
            return tr("not answered yet.")
        if not isinstance(answer, str):
            letters = ", ".join(f'"{letter}"' for letter in self.options)
            text = tr("put the letter into quotes: {letters}. (Without, it is the name of a variable.)")
            return text.format(letters=letters)
        letter = answer.strip().lower()
        if letter not in self.options:
            letters = ", ".join(self.options)
            return tr("{letter} is not one of {letters}.").format(letter=repr(letter[:20]), letters=letters)
        option = self.options[letter]
        judged = tr("{letter} is right. {why}") if option.right else tr("{letter} is not right. {why}")
        return judged.format(letter=letter, why=tr(option.why))

    def markdown(self) -> str:
        """As the lesson shows it."""
        return "\n".join([self.text, "", *(f"- **{letter}** {o.text}" for letter, o in self.options.items())])
