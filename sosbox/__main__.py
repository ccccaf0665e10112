"""`python -m sosbox` does what the console script does."""

from sosbox.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
