"""The audit log: what staff did, and when."""
