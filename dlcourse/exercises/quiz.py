"""Questions with options, each option with the reason why it is right or wrong.

QUIZ = (
    Question("What is σ(0)?", a=wrong("0", "That is tanh(0)."), b=right("½", "1/(1+e⁰) = ½.")),
)
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    text: str
    why: str
    right: bool


def right(text: str, why: str) -> Option:
    return Option(text, why, True)


def wrong(text: str, why: str) -> Option:
    return Option(text, why, False)


class Question:
    """A question and its options by letter, exactly one of them right."""

    def __init__(self, text: str, **options: Option):
        self.text, self.options = text, options
        if sum(option.right for option in options.values()) != 1:
            raise ValueError(f"exactly one option must be right: {text!r}")

    def respond(self, answer) -> str:
        """What to say to an answer, whatever it is."""
        if answer is None:
            return "not answered yet."
        letter = str(answer).strip().lower()
        if letter not in self.options:
            return f"{str(answer)[:20]!r} is not one of {', '.join(self.options)}."
        option = self.options[letter]
        return f"{letter} is {'right' if option.right else 'not right'}. {option.why}"

    def markdown(self) -> str:
        """As the lesson shows it."""
        return "\n".join([self.text, ""] + [f"- **{letter}** {o.text}" for letter, o in self.options.items()])
