"""What an entry adds to statistics, and what of many counts may be shown."""
