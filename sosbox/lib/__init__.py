"""Leaf helpers; nothing here imports anything of sosbox."""
