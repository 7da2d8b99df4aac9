"""The page of the commands: what `--help` says of each, as it says it."""

import contextlib
import io
import os
from unittest import mock

from dlcourse import cli

WIDTH = "100"  # letters


def commands_page() -> str:
    """The page in Markdown."""
    parts = ["# The commands", "What `dlcourse COMMAND --help` says."]
    for name, _, does in cli.COMMANDS:
        parts.append(f"## {name}\n\n{does[0].upper()}{does[1:]}.\n\n```\n{help_of(name)}```")
    return "\n\n".join(parts) + "\n"


def help_of(command: str) -> str:
    """The help of a command."""
    said = io.StringIO()
    with (
        mock.patch.dict(os.environ, COLUMNS=WIDTH),
        contextlib.redirect_stdout(said),
        contextlib.suppress(SystemExit),
    ):
        cli.main([command, "--help"])
    return said.getvalue()
