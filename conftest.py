"""For every test process and every kernel that it starts."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # there is a process a core already
