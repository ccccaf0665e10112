"""Access points on paper: layout data in, bytes out. No HTTP, no tables.

Whatever draws or reads pictures runs in the press, a process of its own: `press.py` asks it,
`press_process.py` is it.
"""

# The word after the program's name that makes it the press; nobody types it.
PRESS = "_press"
