"""Access points on paper; comes with a later version."""
