"""Copies of a box that leave it: one encrypted file each, brought back and looked at before it
counts (docs/decisions/0015-backup.md).
"""
