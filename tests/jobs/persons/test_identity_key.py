import stat
from pathlib import Path

import pytest

from jobs.errors import ConfError, ScrmError
from jobs.persons.identity_key import FILE, given, identity_key
from jobs.settings.base import IdentitySettings

CONF = IdentitySettings(key_variable="SCRM_TEST_KEY")


def test_the_environments_secret_is_used_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRM_TEST_KEY", "sixteen letters!")
    assert identity_key(tmp_path, CONF) == b"sixteen letters!"
    assert list(tmp_path.iterdir()) == []


def test_a_short_secret_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRM_TEST_KEY", "short")
    with pytest.raises(ConfError, match="SCRM_TEST_KEY has 5 characters"):
        identity_key(tmp_path, CONF)
    with pytest.raises(ConfError, match="expected 16 or more"):
        given(CONF)


def test_without_one_nothing_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRM_TEST_KEY", "")
    assert given(CONF) is None
    monkeypatch.delenv("SCRM_TEST_KEY")
    assert given(CONF) is None


def test_without_one_a_random_key_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCRM_TEST_KEY", raising=False)
    lake, other = tmp_path / "lake", tmp_path / "other"
    first = identity_key(lake, CONF)
    assert len(first) == 64
    assert identity_key(lake, CONF) == first
    assert identity_key(other, CONF) != first
    assert [path.name for path in lake.iterdir()] == [FILE]
    assert stat.S_IMODE((lake / FILE).stat().st_mode) == 0o600


def test_a_key_that_cannot_be_kept_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCRM_TEST_KEY", raising=False)
    (tmp_path / "file").touch()
    with pytest.raises(ScrmError, match="SCRM_TEST_KEY"):
        identity_key(tmp_path / "file", CONF)
