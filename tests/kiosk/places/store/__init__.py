"""Tests of the object store as a carrier."""
