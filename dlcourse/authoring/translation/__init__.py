"""The lessons in other languages: .po files, what a translated text must keep, and notebooks made of both."""
