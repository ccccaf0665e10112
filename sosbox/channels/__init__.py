"""Ways to reach a recipient, each behind the same small contract."""
