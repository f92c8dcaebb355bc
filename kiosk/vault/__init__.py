"""The vault: sealed pages on disk, and the catalogue that says which there are and what became of them."""
