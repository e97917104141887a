"""A worker of its own for a test that kills it: another process on the test's database (`django_db(transaction=True)`)."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from django.db import connection

_BEFORE = """
import os, signal, django
django.setup()
from datetime import datetime
now = datetime.fromisoformat({now!r})
def killed(): os.kill(os.getpid(), signal.SIGKILL)
"""


def start(code: str, *, now: Any, **environment: str) -> subprocess.Popen[bytes]:
    """Run `code` with Django set up, the moment `now` and `killed()`, which ends the process by kill -9 of itself."""
    place = connection.settings_dict
    url = f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": url, **environment}
    command = [sys.executable, "-c", _BEFORE.format(now=now.isoformat()) + code]
    return subprocess.Popen(command, env={**os.environ, **settings})
