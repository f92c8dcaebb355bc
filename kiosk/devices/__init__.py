"""What the kiosk is plugged into. Each device is a small protocol, and a real one or two."""
