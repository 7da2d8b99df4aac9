"""`dlcourse build`: the sources become notebooks, or with `--check` are compared with the committed ones."""

from dlcourse.authoring import needs_author
from dlcourse.course.errors import UserError


def add_arguments(parser) -> None:
    """Arguments of `dlcourse build`."""
    parser.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="such as 03_activations or 3; all if none is named"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 if a notebook or a translation is not current",
    )
    parser.add_argument(
        "--execute", action="store_true", help="run the solved notebooks even if no code changed"
    )
    parser.add_argument(
        "--language", metavar="CODE", help="the notebooks with the texts of translations/CODE, such as ko"
    )
    parser.add_argument(
        "--out", metavar="DIR", help="with --language: the folder for them (default: build/CODE)"
    )
    parser.add_argument(
        "--update", action="store_true", help="with --language: bring the .po files in step with the sources"
    )


def run(args) -> int:
    """Carry out `dlcourse build`; raises UserError where the extra `author` is not installed."""
    if not args.language and (args.out or args.update):
        raise UserError("--out and --update go with --language: say which, such as `--language ko`")
    return needs_author("translation.edition" if args.language else "builder").run(args)
