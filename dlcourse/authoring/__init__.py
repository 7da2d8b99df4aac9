"""Lesson sources become notebooks, the student bundle and the web site."""

from dlcourse.errors import UserError


def add_arguments(parser) -> None:
    """Arguments of `dlcourse build`."""
    parser.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="such as 03_activations or 3; all if none is named"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if a notebook is not current"
    )
    parser.add_argument(
        "--execute", action="store_true", help="run the solved notebooks even if no cell changed"
    )


def run(args) -> int:
    """Carry out `dlcourse build`; raises UserError where the extra `author` is not installed."""
    try:
        from dlcourse.authoring import build
    except ModuleNotFoundError as error:
        if error.name != "jupytext":
            raise
        raise UserError("building needs jupytext: run `pip install -e '.[author]'` in the clone") from None
    return build.run(args)
