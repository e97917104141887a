"""Answers and cases of the REST API."""
