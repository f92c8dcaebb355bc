"""What customers and staff see: Textual screens over the domain in `kiosk`."""
