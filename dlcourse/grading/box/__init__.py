"""What runs beside a student's code: it stands alone, for a sandbox holds nothing else of the course.

entry.py        the script that a sandbox runs; it loads this folder without making it importable
zygote.py       imports NumPy once and forks a child for each submission
unsandboxed.py  one submission in a process of its own, without a sandbox
execution.py    runs the cells of a submission, then serves calls of its functions
cell_source.py  from the text of a cell to code, as IPython reads it
stubs.py        empty dlcourse, matplotlib, IPython, ipywidgets, tqdm
protocol.py     frames and messages; the trusted side reads it too
hardening.py    puts up landlock.py, seccomp.py and rlimits.py in their order
libc.py         the C library, which hardening, landlock and seccomp call
self_test.py    tries to break out
"""
