"""The guest pages."""
