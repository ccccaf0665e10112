"""Who is told of a case: recipients, rules and the pure matching between them."""
