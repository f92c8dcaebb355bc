"""The domain of the strengths kiosk. It knows no screen."""
