"""Apertium: rules written by linguists, for languages that are close to each other.

It is licensed under the GPL: nothing of it is imported or linked, its programs run as processes of
their own.
"""
