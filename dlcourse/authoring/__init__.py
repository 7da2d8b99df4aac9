"""Lesson sources become notebooks, the student bundle and the web site."""
