"""Random keys and passwords of the embedded run, made once and kept in the data folder (mode 0600)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def read_or_make(path: Path) -> str:
    """The secret kept at `path`; 64 random URL-safe characters are written there the first time.

    Two commands that start at once agree: the file appears complete, by a link that fails when it exists.
    """
    try:
        if content := path.read_text(encoding="ascii").strip():
            return content
        path.unlink()  # an empty file is what a full disk leaves behind
    except FileNotFoundError:
        pass
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
