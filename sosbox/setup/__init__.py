"""Setting a box up from a file, and writing that file back."""
