"""What follows a message: filters, rules, notices, and the clocks that run until somebody acts."""
