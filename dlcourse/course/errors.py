"""Errors that are the user's to mend: one line that says what to do, no traceback."""


class UserError(Exception):
    """Shown by the command line as `dlcourse: <message>` with exit code 2."""
