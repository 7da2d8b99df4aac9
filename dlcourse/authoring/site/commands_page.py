"""The page of the commands: what `--help` says of each, as it says it."""

import os
import subprocess
import sys

from dlcourse.course.commands import COMMANDS

WIDTH = "100"  # letters


def commands_page() -> str:
    """The page in Markdown."""
    parts = ["# The commands", "What `dlcourse COMMAND --help` says."]
    for name, _, does in COMMANDS:
        parts.append(f"## {name}\n\n{does[0].upper()}{does[1:]}.\n\n```\n{help_of(name)}```")
    return "\n\n".join(parts) + "\n"


def help_of(command: str) -> str:
    """The help of a command."""
    asked = [sys.executable, "-m", "dlcourse", command, "--help"]
    environment = os.environ | {"COLUMNS": WIDTH, "PYTHONUTF8": "1"}
    return subprocess.run(asked, env=environment, capture_output=True, text=True, check=True).stdout
