"""What was handed in: by whom, for which lesson, and which of its cells to run."""
