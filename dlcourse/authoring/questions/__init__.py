"""`dlcourse questions`: questions for an exam, drawn by a seed, in the format of a learning platform."""

from dlcourse.authoring import needs_author

FORMATS = ("moodle", "gift", "qti", "markdown")


def add_arguments(parser) -> None:
    """Arguments of `dlcourse questions`."""
    parser.add_argument(
        "folder", metavar="DIR", help="where the files go; those of an earlier draw are written anew"
    )
    parser.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="such as 03_activations or 3; all if none is named"
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="markdown",
        help="moodle: Moodle XML; gift: GIFT; qti: QTI 1.2 in a zip, as Canvas imports it; "
        "markdown: questions and, apart, answers (default: %(default)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="another seed draws other numbers (default: %(default)s)"
    )


def run(args) -> int:
    """Write the files; raises UserError outside a clone and where the extra `author` is not installed."""
    return needs_author("questions.write").run(args)
