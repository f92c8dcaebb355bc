"""Tests of what carries consignments."""
