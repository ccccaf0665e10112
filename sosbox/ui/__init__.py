"""What guest pages and the staff console share: the look, the way pages are answered, assets."""
