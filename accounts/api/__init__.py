"""The REST API of what belongs to a workspace: its working hours."""
