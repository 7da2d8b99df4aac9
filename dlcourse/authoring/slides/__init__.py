"""`dlcourse slides`: a deck for each lesson, from its source and what its solved notebook shows."""

from dlcourse.authoring import needs_author


def add_arguments(parser) -> None:
    """Arguments of `dlcourse slides`."""
    parser.add_argument(
        "folder",
        metavar="DIR",
        help="where the decks go: a new folder, an empty one, or that of earlier decks",
    )
    parser.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="such as 03_activations or 3; all if none is named"
    )


def run(args) -> int:
    """Write the decks; raises UserError outside a clone and where the extra `author` is not installed."""
    return needs_author("slides.decks").run(args)
