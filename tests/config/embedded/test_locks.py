"""Locks between commands."""

from pathlib import Path

import pytest

from config.embedded.errors import EmbeddedError
from config.embedded.locks import SharedLock, exclusive


def test_a_second_holder_waits_and_then_gives_up_with_the_given_sentence(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path / "lock", seconds=0, busy="busy"),
        pytest.raises(EmbeddedError, match=r"^busy$"),
        exclusive(tmp_path / "lock", seconds=0.1, busy="busy"),
    ):
        pass
    with exclusive(tmp_path / "lock", seconds=0, busy="busy"):
        assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600


def test_only_the_last_holder_of_a_shared_lock_is_alone(tmp_path: Path) -> None:
    holders = [SharedLock(tmp_path / "lock") for _ in range(3)]
    assert [holder.release() for holder in holders] == [False, False, True]
