"""`dlcourse site`: the course as pages that need no network to be read."""

from importlib.util import find_spec

from dlcourse.course.errors import UserError

SOLUTIONS = ("folded", "linked")


def add_arguments(parser) -> None:
    """Arguments of `dlcourse site`."""
    parser.add_argument(
        "folder", metavar="DIR", help="where the pages go: a new folder, an empty one, or the last site"
    )
    parser.add_argument(
        "--solutions",
        choices=SOLUTIONS,
        default="folded",
        help="answers behind a fold, or on pages of their own behind a link (default: %(default)s)",
    )


def run(args) -> int:
    """Build the pages; raises UserError outside a clone and where the extra `site` is not installed."""
    missing = [name for name in ("sphinx", "furo", "myst_nb") if find_spec(name) is None]
    if missing:
        raise UserError(f"the site needs {', '.join(missing)}: run `pip install -e '.[site]'` in the clone")
    from dlcourse.authoring.site import sphinx_site

    return sphinx_site.run(args)
