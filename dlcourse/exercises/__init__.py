"""The exercises of the lessons and their checks."""
