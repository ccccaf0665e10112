"""Machine translation of messages; comes with a later version."""
