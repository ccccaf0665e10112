"""What was printed for access points: runs, pieces, templates of an owner's own."""
