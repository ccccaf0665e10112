"""The append-only, hash-chained list of everything that happened, and signed statements."""
