"""Which language a guest writes in."""
