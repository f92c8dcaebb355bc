"""Commands that cli.py does not hold itself, and what all commands share."""
