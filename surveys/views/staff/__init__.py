"""Pages of the workspace: contacts, imports, surveys, campaigns."""
