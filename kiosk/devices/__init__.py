"""What the kiosk is plugged into. Each device is a small protocol, a real one or two, and a fake one."""
