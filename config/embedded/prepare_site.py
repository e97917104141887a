"""Bring the site up to date, in one process because each start of Django costs a second:
migrate, collect the static files if they changed, load the demo workspace if it is missing.

    python -m config.embedded.prepare_site [--demo]
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import Final

DEMO_SLUG: Final = "demo"
_HASHED_NAMES_ONLY: Final = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


def main() -> None:
    """Run every step; a failure ends the process with Django's own message."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    migrate()
    collect_static()
    if "--demo" in sys.argv[1:]:
        load_demo()


def migrate() -> None:
    """Apply missing migrations; nothing is printed when there are none."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Preparing the database.", flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    """Collect the static files when one of them, or a setting about them, changed.

    They get their hashed names but no compressed twins, which take half a minute and save nothing on loopback.
    """
    from django.conf import settings
    from django.core.management import call_command

    if not settings.DEBUG:
        settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": _HASHED_NAMES_ONLY}}
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(f"{root.name}.stamp")
    fingerprint = _fingerprint_of_static_files()
    if stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint and root.exists():
        return
    print("Collecting static files.", flush=True)
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fingerprint, encoding="ascii")


def _fingerprint_of_static_files() -> str:
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(repr((settings.STORAGES, settings.STATIC_URL)).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda item: item[0]):
            status = os.stat(storage.path(name))
            digest.update(f"{name}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def load_demo() -> None:
    """Load the demo workspace unless it is there: running again keeps the data."""
    from django.apps import apps
    from django.core.management import call_command, get_commands

    workspace = apps.get_model("accounts", "Workspace")
    if workspace._base_manager.filter(slug=DEMO_SLUG).exists():
        return
    if "seed_demo" not in get_commands():
        print("There is no demo workspace: this installation has no command seed_demo.", flush=True)
        return
    print("Loading the demo workspace.", flush=True)
    call_command("seed_demo")


if __name__ == "__main__":
    main()
