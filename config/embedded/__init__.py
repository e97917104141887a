"""The servers of the first run: PostgreSQL and Redis without an installation.

`prepare_environment()` fills what the environment leaves open, before Django reads it.
"""

from config.embedded.environment import prepare_environment
from config.embedded.errors import EmbeddedError

__all__ = ["EmbeddedError", "prepare_environment"]
