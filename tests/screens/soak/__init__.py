"""Many visits, one after the other."""
