"""A student's own folder of lessons: put there, opened, checked, counted, started afresh."""
