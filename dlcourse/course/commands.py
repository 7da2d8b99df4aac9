"""The commands: `dlcourse start` and the rest, in the order of the help."""

# Name, folder, what it does: dlcourse/<folder>/<command> has its add_arguments(parser) and run(args).
COMMANDS = (
    ("start", "student", "put the lessons into a folder and open JupyterLab at the next one"),
    ("status", "student", "show how far you are"),
    ("check", "student", "check the exercises of a notebook from the terminal"),
    ("reset", "student", "start a lesson afresh; your copy stays under another name"),
    ("build", "authoring", "for authors: make the notebooks from their sources"),
    ("site", "authoring", "for authors: make the web site of the course"),
    ("slides", "authoring", "for instructors: make a deck of slides for each lesson"),
    ("questions", "authoring", "for instructors: draw questions for an exam"),
    ("release", "authoring", "for instructors: make what students and nbgrader are given"),
    ("grade", "grading", "for instructors: grade submissions in a sandbox"),
    ("report", "grading", "for instructors: a page on what the class can do and misunderstood"),
    ("export", "grading", "for instructors: scores for a spreadsheet or a learning platform"),
)
