"""sosbox: a venue's own channel with its guests, on one small computer."""

__version__ = "0.1.0"
