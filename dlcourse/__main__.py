"""`python -m dlcourse` is `dlcourse`."""

import sys

from dlcourse.cli import main

if __name__ == "__main__":
    sys.exit(main())
