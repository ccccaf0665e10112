"""Cases: what guests write, what they are answered, and what was promised."""
