"""What runs beside a student's code: it stands alone, for a sandbox holds nothing else of the course.

start.py     the script that a sandbox runs; it loads this folder without making it importable
zygote.py    imports NumPy once and forks a child for each submission
alone.py     one submission in a process of its own, without a sandbox
session.py   runs the cells of a submission, then serves calls of its functions
source.py    from the text of a cell to code
stand_ins.py empty dlcourse, matplotlib, IPython, ipywidgets, tqdm
wire.py      frames and messages; the trusted side reads it too
walls.py     puts up landlock.py, seccomp.py and limits.py in their order
probes.py    tries to break out
"""
