"""Accounts, what each may see and do, and their sessions."""
