"""What the medium does on a machine: install, update, step back, uninstall.

It runs with a bare Debian's own Python (3.11.2 and newer), so it imports the standard library alone.
"""
