"""The program itself: `python -m sosbox`, and what the compiled binary begins with."""

import sys

from sosbox.printing import PRESS

if __name__ == "__main__":
    # The press is started while somebody waits, and needs none of what the commands need: half a
    # second and 90 MB are saved by not reading it.
    if sys.argv[1:] == [PRESS]:
        from sosbox.printing.press_process import run_press

        sys.exit(run_press())
    from sosbox.cli import main

    sys.exit(main())
