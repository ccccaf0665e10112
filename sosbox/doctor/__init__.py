"""Finds what keeps a box from doing its work, and says what to do about it."""
