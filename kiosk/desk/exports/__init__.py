"""What leaves the kiosk: an opened entry as PDF, Markdown, JSON or CSV, and the file it is written to."""
