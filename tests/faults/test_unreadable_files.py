"""A file that cannot be read is named, and stops neither the other files nor the other sources."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from runs import HEADER, NOW, SHOP

from jobs import settings as conf
from jobs.bronze import files
from jobs.errors import ConfError
from jobs.job import Run, Stream
from jobs.sources import files as of_source

ROW = "o1,a1,1,2025-03-01 09:00:00,1.50,c1,DE\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with one good file."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.csv").write_text(HEADER + ROW)
    return tmp_path / "in"


@pytest.fixture
def landed(folder, quiet, write_conf):
    """Lands the folder's files: faults and notes."""

    def land(pattern: str = "*.csv", stream: Stream | None = None) -> tuple[list[str], list[str]]:
        settings = conf.load(write_conf({"shop": SHOP.format(path=folder / pattern)}))
        faults: list[str] = []
        notes: list[str] = []
        run = Run("r1", NOW, settings, NOW, note=notes.append, fault=faults.append, stream=stream)
        (source,) = settings.sources
        land.has_new = lambda: files.has_new(quiet, run, source)
        files.land(quiet, run, source)
        return faults, notes

    return land


@pytest.fixture
def forbidden(folder, monkeypatch) -> Path:
    """A file that may not be read; its name sorts before the good one's."""
    path = folder / "bad.csv"
    path.write_text(HEADER + ROW.replace("o1", "o2"))
    real = Path.open

    def opened(self, *arguments, **options):
        if self == path.resolve():
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", opened)
    return path


def names(quiet) -> set[str]:
    return set(quiet.arrow("bronze.shop")["file"].to_pylist())


def test_a_file_that_may_not_be_read_is_named_by_every_run_until_it_can(forbidden, landed, quiet, monkeypatch):
    for _ in range(2):
        assert landed() == (
            [
                f"shop: {forbidden} cannot be read: Permission denied; allow it, or move it away. The other files are loaded"
            ],
            [],
        )
        assert landed.has_new()
        assert names(quiet) == {"good.csv"}
    monkeypatch.undo()
    assert landed() == ([], [])
    assert names(quiet) == {"good.csv", "bad.csv"}
    assert not landed.has_new()


def test_a_stream_notes_it_and_goes_on(forbidden, landed, quiet):
    faults, notes = landed(stream=Stream(("shop",)))
    assert faults == []
    assert notes[0].startswith(f"shop: {forbidden} cannot be read")
    assert not landed.has_new()  # or it would land nothing again and again
    assert names(quiet) == {"good.csv"}


def test_a_link_to_nowhere_is_named(folder, landed, quiet):
    (folder / "link.csv").symlink_to("/nowhere/x.csv")
    (fault,) = landed()[0]
    assert fault == (
        f"shop: {folder}/link.csv is a link to /nowhere/x.csv, which does not exist; restore that, or remove the link. "
        "The other files are loaded"
    )
    assert names(quiet) == {"good.csv"}


def test_a_folder_with_the_name_of_a_file_is_named(folder, landed, quiet):
    (folder / "more.csv").mkdir()
    faults, notes = landed()
    assert faults == []
    assert notes == [f"shop: {folder}/more.csv is a folder; name the files in it ({folder}/*.csv/*), or move it away"]
    assert names(quiet) == {"good.csv"}


def test_folders_that_a_pattern_means_are_not(folder, landed, quiet):
    (folder / "more").mkdir()
    (folder / "more" / "deep.csv").write_text(HEADER + ROW.replace("o1", "o3"))
    assert landed("**") == ([], [])
    assert names(quiet) == {"good.csv", "more/deep.csv"}


def test_where_nothing_else_is_there_the_message_says_what_is(folder, write_conf):
    (folder / "good.csv").unlink()
    (folder / "more.csv").mkdir()
    (folder / "link.csv").symlink_to("/nowhere/x.csv")
    (source,) = conf.load(write_conf({"shop": SHOP.format(path=folder / "*.csv")})).sources
    with pytest.raises(ConfError, match=r"the folder exists; .*link\.csv is a link to .*; .*more\.csv is a folder; "):
        of_source.find(source)
    with pytest.raises(ConfError, match="folder /nowhere does not exist"):
        of_source.find(source.model_copy(update={"path": ("/nowhere/*.csv",)}))


def test_a_file_that_is_moved_away_meanwhile_is_no_fault(folder, landed, quiet, monkeypatch):
    found = of_source.find

    def found_and_one_more(source, **options):
        return [*found(source, **options), replace(found(source)[0], path=folder / "gone.csv", file="gone.csv")]

    monkeypatch.setattr(files.files, "find", found_and_one_more)
    assert landed() == ([], [])
    assert names(quiet) == {"good.csv"}
