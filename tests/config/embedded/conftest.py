"""Data folders for the embedded servers, and proof that nothing of them stays."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded import process
from config.embedded.cluster import Cluster
from config.embedded.layout import away_from

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="shows what root does: run the tests as root, too")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder everybody may enter; afterwards nothing works in it any more, and it is gone."""
    folder = Path(tempfile.mkdtemp(prefix="amends-test-"))
    folder.chmod(0o755)
    data = folder / "var"
    yield folder
    homes = [data, folder / "closed" / "var", away_from(data), away_from(folder / "closed" / "var")]
    left = [pid for home in homes for name in ("pg", "redis") for pid in process.inside(home / name)]
    for pid in left:
        process.stop(pid, ((process.signal.SIGKILL, 5),))
    shutil.rmtree(folder)
    for home in homes[2:]:
        shutil.rmtree(home, ignore_errors=True)
    assert left == [], "a server outlived its test"


@pytest.fixture
def data(open_folder: Path) -> Path:
    return open_folder / "var"


@pytest.fixture
def said() -> list[str]:
    """What the person at the terminal was told."""
    return []


@pytest.fixture
def cluster(data: Path, said: list[str]) -> Iterator[Callable[..., Cluster]]:
    """Makes clusters on the data folder; those still in use at the end are stopped."""
    made: list[Cluster] = []

    def make(**options: object) -> Cluster:
        made.append(Cluster(**{"data": data, "fast": True, "say": said.append, **options}))
        return made[-1]

    yield make
    for one in reversed(made):
        if one.servers:
            one.stop()
