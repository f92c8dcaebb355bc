"""`python -m kiosk` does what `kiosk` does."""

from kiosk.cli import main

main(prog_name="kiosk")
