"""`dlcourse release`: what students get and what nbgrader takes, with no answer in either."""

from pathlib import Path


def add_arguments(parser) -> None:
    """Arguments of `dlcourse release`."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder, for all of it")
    parser.add_argument(
        "--lesson",
        action="append",
        default=[],
        dest="lessons",
        metavar="NAME",
        help="only this one, such as 3; for several, give it again (default: all)",
    )
    wheel = parser.add_mutually_exclusive_group()
    wheel.add_argument(
        "--wheel",
        type=Path,
        metavar="FILE",
        help="give students this wheel of dlcourse (default: one made of the clone)",
    )
    wheel.add_argument(
        "--no-wheel", action="store_true", help="give them none: their pip finds dlcourse on an index"
    )


def run(args) -> int:
    """Carry out `dlcourse release`; raises UserError where something is not fit to be given to students."""
    from dlcourse.authoring import bundle

    return bundle.run(args)
