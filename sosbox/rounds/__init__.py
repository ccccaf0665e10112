"""Walking the building: whether each piece hangs where it should, and how it looks."""
