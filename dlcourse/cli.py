"""`dlcourse …`: finds the command that was typed and loads only what that one needs."""

import argparse
import atexit
import gc
import importlib
import os
import sys
from collections.abc import Sequence

from dlcourse import __version__
from dlcourse.course.commands import COMMANDS
from dlcourse.course.errors import UserError
from dlcourse.course.interrupts import uninterrupted
from dlcourse.course.terminal import adapt_streams

_LOOK_FOR_GARBAGE_AFTER = 20_000  # new objects, not 700: nearly all that a command makes, it keeps


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    adapt_streams()
    gc.set_threshold(_LOOK_FOR_GARBAGE_AFTER)
    atexit.register(gc.freeze)  # else Python, as it ends, looks for garbage in all that was loaded
    argv = sys.argv[1:] if argv is None else list(argv)
    try:
        with uninterrupted():  # what is imported here, NumPy among it, would swallow some
            args = _parser(argv).parse_args(argv)
        code = args.run(args)
        sys.stdout.flush()
        return code or 0
    except UserError as error:
        print(f"dlcourse: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("dlcourse: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return _reader_has_left()


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UserError(f"{message}; see `{self.prog} --help`")


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(prog="dlcourse", description="A course on how deep networks are trained.")
    parser.add_argument("--version", action="version", version=f"dlcourse {__version__}")
    typed = next((word for word in argv if not word.startswith("-")), None)
    _refuse_unknown(typed)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, folder, does in COMMANDS:
        command = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
        if name == typed:
            room = importlib.import_module(f"dlcourse.{folder}.{name}")
            room.add_arguments(command)
            command.set_defaults(run=room.run)
    return parser


def _refuse_unknown(typed: str | None) -> None:
    names = [name for name, _, _ in COMMANDS]
    if typed is None or typed in names:
        return
    import difflib

    near = difflib.get_close_matches(typed, names, 1)
    instead = f"did you mean `dlcourse {near[0]}`?" if near else f"there is {', '.join(names)}"
    raise UserError(f"no command is called {typed!r}; {instead}")


def _reader_has_left() -> int:
    """`dlcourse status | head` is no error; what is still unwritten must not raise again when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141


if __name__ == "__main__":
    sys.exit(main())
