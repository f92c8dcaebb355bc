"""Statistics across entries, from which nobody can be told."""
