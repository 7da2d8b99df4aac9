"""`dlcourse release`: what students get and what nbgrader takes, with no answer in either."""

from pathlib import Path

from dlcourse.authoring import needs_author


def add_arguments(parser) -> None:
    """Arguments of `dlcourse release`."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder, for all of it")
    parser.add_argument(
        "--wheel", type=Path, metavar="FILE", help="give students this wheel of dlcourse with the lessons"
    )


def run(args) -> int:
    """Carry out `dlcourse release`; raises UserError where the extra `author` is not installed."""
    return needs_author("bundle").run(args)
