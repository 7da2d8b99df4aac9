"""Answers become verdicts: one submission in a box, and many on whatever executes them."""
