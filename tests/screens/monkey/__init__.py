"""Steps that nobody planned, and what must hold whatever they are."""
