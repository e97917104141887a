"""Health checks of the containers: exit code 0 when the process does its work.

    python scripts/health.py web 8000               pages are answered
    python scripts/health.py worker                 this host's worker answers a ping through the broker
    python scripts/health.py beat /tmp/schedule     the schedule moved within the last minute

They load neither Django's apps nor ours, so that asking often costs little.
"""

import http.client
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LATE_SECONDS = 60


def web(port: str) -> str:
    """Why the web server is not well; "" when it is."""
    host = urlsplit(os.environ.get("AMENDS_BASE_URL", "")).netloc or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error}"
    finally:
        connection.close()
    return "" if status == http.HTTPStatus.OK else f"/healthz answers {status}"


def worker(name: str = "") -> str:
    """Why the worker is not well; "" when it is. The ping goes through the broker and back."""
    from celery import Celery
    from kombu.exceptions import OperationalError

    from config import env

    destination = name or f"celery@{socket.gethostname()}"
    app = Celery(broker=env.redis_url(env.REDIS_BROKER))
    try:
        answers = app.control.ping(destination=[destination], timeout=5.0)
    except OperationalError as error:
        return f"the broker cannot be reached: {error}"
    return "" if answers else f"{destination} does not answer"


def beat(schedule: str) -> str:
    """Why the schedule is not well; "" when it is. Beat writes its file each time it sends a task."""
    path = Path(schedule)
    moments = [file.stat().st_mtime for file in path.parent.glob(f"{path.name}*")]
    if not moments:
        return f"{schedule} does not exist"
    age = time.time() - max(moments)
    return "" if age < LATE_SECONDS else f"nothing was sent for {age:.0f} s"


def main(arguments: list[str]) -> int:
    """Run one check; the exit code."""
    checks: dict[str, Callable[..., str]] = {"web": web, "worker": worker, "beat": beat}
    if not arguments or arguments[0] not in checks:
        print(__doc__, file=sys.stderr)
        return 2
    problem = checks[arguments[0]](*arguments[1:])
    if problem:
        print(problem, file=sys.stderr)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
