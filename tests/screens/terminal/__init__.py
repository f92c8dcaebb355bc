"""Tests of the locked terminal."""
