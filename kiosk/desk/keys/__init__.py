"""Who may unlock the desk, and what was changed behind their backs."""
