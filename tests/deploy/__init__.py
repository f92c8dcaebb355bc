"""Tests of `deploy/`: what a machine gets so that nobody can leave the kiosk."""
