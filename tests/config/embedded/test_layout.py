"""The data folder: where things lie, and who may look."""

import os
from pathlib import Path

import pytest

from config.embedded.errors import EmbeddedError
from config.embedded.layout import CLONE, Layout, away_from, data_folder


def test_the_data_folder_is_var_in_the_clone_unless_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AMENDS_DATA", raising=False)
    assert data_folder() == CLONE / "var"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMENDS_DATA", "here")
    assert data_folder() == tmp_path / "here"


def test_folders_are_for_their_owner_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        Layout.of(tmp_path / "var").make_folders()
    finally:
        os.umask(before)
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "var").iterdir()}
    assert modes == {"run": "0o700", "secrets": "0o700", "files": "0o700", "log": "0o700", "static": "0o755"}
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o711


def test_a_folder_that_exists_keeps_its_permission(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o750)
    Layout.of(tmp_path / "var").make_folders()
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o750


def test_a_data_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(EmbeddedError) as caught:
        Layout.of(tmp_path / "var").make_folders()
    assert str(caught.value) == (
        f"The data folder {tmp_path / 'var'} cannot be written (Not a directory: {tmp_path / 'var' / 'run'}): "
        "correct its owner, or set AMENDS_DATA to a folder of your own."
    )


def test_each_data_folder_has_one_home_elsewhere(tmp_path: Path) -> None:
    assert away_from(tmp_path / "a") == away_from(tmp_path / "a")
    assert away_from(tmp_path / "a") != away_from(tmp_path / "b")
    assert away_from(tmp_path / "a").parent == Path("/var/lib/amends")
