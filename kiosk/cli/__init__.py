"""The `kiosk` command: a module for each family of commands, and what all of them share."""
