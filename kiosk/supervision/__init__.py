"""The processes of the kiosk, and its terminal."""
