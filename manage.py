#!/usr/bin/env python
"""Django's door. Where DATABASE_URL or REDIS_URL is missing, it brings the embedded servers along."""

import os
import sys

from config.embedded import environment
from config.embedded.errors import EmbeddedError


def main() -> None:
    """Prepare the environment, run the command, give the servers back."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    environment.exit_on_signals()
    try:
        environment.prepare_environment(servers=environment.needs_servers(sys.argv[1:]))
    except EmbeddedError as error:
        sys.exit(f"amends: {error}")

    # Imported here, because Django reads the environment that was prepared above.
    from django.core.management import execute_from_command_line

    from core import acting

    acting.process.label = " ".join(["manage.py", *sys.argv[1:2]])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
