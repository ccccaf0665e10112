"""The worker: what is done outside the web process."""
