"""Submissions of strangers become scores and feedback: student code runs only inside a sandbox."""
