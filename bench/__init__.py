"""Measurements against yardsticks in the same run; never part of the tests."""
