"""Fetching and checking of jars, with a made-up list and nothing from a network."""

import hashlib
from contextlib import contextmanager
from pathlib import Path

import pytest

from jobs.engine import jars

CONTENT = {"delta-1.0.jar": b"delta", "driver-2.0.jar": b"driver", "aws-4.0.jar": b"aws"}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A list of three jars in three groups, and an environment with none of them in it."""
    listing = tmp_path / "jars.txt"
    listing.write_text(
        "# group coordinate sha256\n"
        f"core      org.a:delta:1.0   {sha256(b'delta')}\n"
        "\n"
        f"postgres  org.b:driver:2.0  {sha256(b'driver')}  # a comment\n"
        f"s3  org.d:aws:4.0  {sha256(b'aws')}\n"
    )
    monkeypatch.setattr(jars, "LIST", listing)
    monkeypatch.setattr(jars.sys, "prefix", str(tmp_path / "environment"))
    monkeypatch.delenv("SCRM_JARS", raising=False)
    return tmp_path / "environment" / "share" / "scrm-iris" / "jars"


class FakeIvy:
    """Serves CONTENT; what is in `missing` cannot be had. Remembers what it was asked for."""

    def __init__(self, tmp_path: Path, missing: tuple[str, ...] = (), content: dict[str, bytes] = CONTENT):
        self.cache, self.missing, self.content = tmp_path / "ivy", missing, content
        self.fetched: list[str] = []

    @contextmanager
    def __call__(self):
        self.cache.mkdir(exist_ok=True)
        yield self.fetch

    def fetch(self, jar: jars.Jar) -> Path:
        self.fetched.append(jar.file)
        if jar.file in self.missing:
            raise jars.JarError(f"{jar.coordinate} could not be fetched")
        path = self.cache / jar.file
        path.write_bytes(self.content[jar.file])
        return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_fetches_the_groups_asked_for_and_reports_each(folder, tmp_path):
    progress = []
    jars.resolve(("core", "postgres"), lambda *step: progress.append(step), open_ivy=FakeIvy(tmp_path))
    assert names(folder) == ["delta-1.0.jar", "driver-2.0.jar"]
    assert progress == [(1, 2, "delta-1.0.jar"), (2, 2, "driver-2.0.jar")]


def test_second_time_fetches_nothing(folder, tmp_path):
    jars.resolve(("core", "postgres"), open_ivy=FakeIvy(tmp_path))

    def no_ivy():
        raise AssertionError("a JVM would have been started")

    jars.resolve(("core", "postgres"), open_ivy=no_ivy)


def test_damaged_jar_is_fetched_again(folder, tmp_path):
    jars.resolve(("core", "postgres"), open_ivy=FakeIvy(tmp_path))
    (folder / "driver-2.0.jar").write_bytes(b"half a dri")
    ivy = FakeIvy(tmp_path)
    jars.resolve(("core", "postgres"), open_ivy=ivy)
    assert ivy.fetched == ["driver-2.0.jar"]
    assert (folder / "driver-2.0.jar").read_bytes() == b"driver"


def test_jar_with_a_wrong_checksum_is_refused_and_not_kept(folder, tmp_path):
    ivy = FakeIvy(tmp_path, content=CONTENT | {"delta-1.0.jar": b"something else"})
    with pytest.raises(jars.JarError) as error:
        jars.resolve(("core",), open_ivy=ivy)
    assert "org.a:delta:1.0" in str(error.value)
    assert sha256(b"something else") in str(error.value)
    assert sha256(b"delta") in str(error.value)
    assert names(folder) == []


def test_leftovers_go_and_other_groups_stay(folder, tmp_path):
    jars.resolve(("s3",), open_ivy=FakeIvy(tmp_path))
    (folder / "delta-0.9.jar").write_bytes(b"the version before")
    (folder / "driver-2.0.jar.part").write_bytes(b"half")
    jars.resolve(("core",), open_ivy=FakeIvy(tmp_path))
    assert names(folder) == ["aws-4.0.jar", "delta-1.0.jar"]


def test_folder_of_the_users_own_is_never_cleared(folder, tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    (own / "theirs.jar").write_bytes(b"theirs")
    monkeypatch.setenv("SCRM_JARS", str(own))
    jars.resolve(("core",), open_ivy=FakeIvy(tmp_path))
    assert names(own) == ["delta-1.0.jar", "theirs.jar"]
    assert jars.paths(("core",)) == [own / "delta-1.0.jar"]


def test_needed_jar_that_cannot_be_had_is_an_error(folder, tmp_path):
    with pytest.raises(jars.JarError, match=r"org\.a:delta:1\.0 could not be fetched"):
        jars.resolve(("core", "postgres"), open_ivy=FakeIvy(tmp_path, missing=("delta-1.0.jar",)))


def test_paths_are_in_the_order_of_the_list(folder, tmp_path):
    jars.resolve(("core", "postgres"), open_ivy=FakeIvy(tmp_path))
    assert jars.paths(("postgres", "core")) == [folder / "delta-1.0.jar", folder / "driver-2.0.jar"]


@pytest.mark.parametrize(
    ("group", "file", "remedy"),
    [("core", "delta-1.0.jar", "make setup"), ("s3", "aws-4.0.jar", "python -m jobs.engine.jars --group s3")],
)
def test_missing_jar_is_named_with_the_remedy(folder, group, file, remedy):
    with pytest.raises(jars.JarError) as error:
        jars.paths((group,))
    assert str(error.value) == f"{file} (group {group}) is missing in {folder}: run {remedy}"


def test_unknown_group_is_named_with_those_there_are(folder):
    with pytest.raises(ValueError, match=r"unknown group of jars: kafak; expected one of core, postgres, s3"):
        jars.paths(("kafak",))


@pytest.mark.parametrize("line", ["core org.a:delta:1.0", "core org.a:delta:1.0 -", "core org.a:delta:1.0 abc"])
def test_wrong_line_of_the_list_is_named(folder, line):
    jars.LIST.write_text(f"# first line\n{line}\n")
    with pytest.raises(jars.JarError, match=r"jars\.txt, line 2: expected"):
        jars.listed()


def test_the_real_list_has_every_group_and_no_jar_twice():
    listed = jars.listed()
    assert {jar.group for jar in listed} == {*jars.NEEDED, "s3", "kafka_broker"}
    assert len({jar.file for jar in listed}) == len(listed)
