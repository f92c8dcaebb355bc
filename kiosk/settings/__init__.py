"""Settings: `kiosk.toml`, typed."""
