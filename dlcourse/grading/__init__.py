"""Submissions of strangers become scores and feedback: student code runs only inside a sandbox.

From the ground up; a folder imports from those above it in this list, never from those below.

box/       what runs beside a student's code, alone: nothing else of the course is there
intake/    what was handed in, by whom, and which of its cells to run
sandbox/   a box, started, proved to hold, and spoken with
run/       one submission becomes verdicts; many of them, on any concurrent.futures.Executor
book/      what is known of a class: gradebook, policy, scores, statistics
output/    what people get: pages, and files for other programs
pipeline   hand-ins become jobs, verdicts, scores and feedback pages

grade, report, export are the commands of these names; gradescope is what Gradescope's autograder runs.
"""
