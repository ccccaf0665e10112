"""The outbox: one row for each notice to each address, until it has arrived or failed."""
