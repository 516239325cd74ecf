"""A small file is there as a whole or not at all."""

from __future__ import annotations

import os

import pytest

from jobs.lake.whole_files import write_whole


def test_it_is_replaced_and_has_the_permissions_of_any_file(tmp_path):
    path = tmp_path / "new" / "company.json"
    write_whole(path, "é")
    (tmp_path / "other").touch()
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode
    write_whole(path, "two")
    assert path.read_text() == "two"
    assert os.listdir(path.parent) == ["company.json"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_was_there_stays_where_the_disk_is_full(tmp_path, monkeypatch, step):
    path = tmp_path / "company.json"
    write_whole(path, "before")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "after")
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["company.json"]
