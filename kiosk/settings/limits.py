"""Numbers that the command line and the settings must agree on, in a module that costs nothing to import."""

MOST_DAYS = 36_500
"""The longest that entries may be kept: a hundred years."""
