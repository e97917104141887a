"""Reads of the inner loop."""
