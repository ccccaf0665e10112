"""Subscribers, their establishments, areas and access points."""
