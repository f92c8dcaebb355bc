"""What a visit leaves: the code, the pages of an entry, and what is on them."""
