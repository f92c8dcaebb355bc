"""Looking after a home: backup, restore, retention and the clock."""
