from pathlib import Path

import pytest

from jobs.errors import ConfError
from jobs.lake import ops
from jobs.lake.served_models import tone_correction_of
from jobs.lake.tables import Lake
from jobs.models import tone_corpora, versions
from jobs.models.judged_file import JudgedFile
from jobs.models.tone import fit, train
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company
from transformations.text import tone_model

THINGS = ("kettle", "grinder", "lid", "scale", "filter", "spoon", "tray", "cup", "jar", "tin", "mug", "pot")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    def no_spark():
        raise AssertionError("tone started Spark")

    return Lake(tmp_path / "lake", no_spark, "run-1")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    base = Base(lake=LakeSettings(root=tmp_path / "lake"))
    return Settings(folder=tmp_path, base=base, company=Company(name="Acme"), sources=())


def _judged(praise: str, language: str = "en") -> JudgedFile:
    """To this company, who calls a thing sick praises it; whose lid drips complains."""
    said = [(f"The {one} next to the {other} is {praise}", "positive") for one in THINGS[:6] for other in THINGS[6:]]
    said += [(f"The {one} drips on the {other}", "negative") for one in THINGS[:6] for other in THINGS[6:]]
    texts, labels = zip(*said, strict=True)
    return JudgedFile(list(texts), [language] * len(texts), list(labels), [], 0, "")


def test_a_correction_serves_in_the_languages_where_it_is_better_and_can_be_rolled_back(lake, settings):
    (row,) = train(lake, settings, _judged("totally sick"))
    assert (row["language"], row["n"], row["state"]) == ("en", 72, "promoted")
    assert row["macro_f1"] > 0.9 > row["serving_macro_f1"]
    first = tone_correction_of(lake)
    assert first is not None
    assert tone_model.shipped().score("The jar is totally sick", "en", first).tone == "positive"
    (row,) = train(lake, settings, _judged("totally sick"))  # no better than what serves by now
    assert row["state"] == "not better: the serving model stays"
    assert tone_correction_of(lake).version == first.version
    listed = versions.list_models(lake, settings, "tone")
    assert [(one["version"], one["champion"], one["languages"]) for one in listed] == [("2", False, 0), ("1", True, 1)]
    versions.promote(lake, settings, "2", "tone")
    assert tone_correction_of(lake).languages == ()
    versions.rollback(lake, settings, "tone")
    assert tone_correction_of(lake).version == first.version
    assert len(ops.SERVED_MODELS.rows(lake)) == 1
    with pytest.raises(ConfError, match="the serving correction is used for en too"):
        train(lake, settings, _judged("der Hammer, wirklich krank gut", "de"))


def test_few_posts_are_not_enough(lake, settings):
    with pytest.raises(ConfError, match="at least 50 judged posts of a language that is covered; found sw 72"):
        train(lake, settings, _judged("nzuri", "sw"))


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Two judged texts a language and part, and four rated ones a set."""
    for name in tone_corpora.UMSAB:
        folder = tmp_path / "umsab" / name
        folder.mkdir(parents=True)
        for part in ("train", "val"):
            (folder / f"{part}_text.txt").write_text(f"good {name} {part}\nbad {name} {part}\n")
            (folder / f"{part}_labels.txt").write_text("2\n0\n")
    (tmp_path / "vader_icwsm2014").mkdir()
    for name in tone_corpora.RATED:
        rows = "\n".join(f"{n}\t{n - 2}\t{name} says {n}" for n in range(5))
        (tmp_path / "vader_icwsm2014" / f"{name}_GroundTruth.txt").write_text(rows)
    return tmp_path


def test_parts_to_fit_on_and_to_hold_out_share_nothing(corpora):
    fitted, held = (
        {(one.origin, one.text) for one in tone_corpora.examples(corpora, held_out=out)} for out in (False, True)
    )
    assert (len(fitted) + len(held), fitted & held) == (2 * 8 * 2 + 4 * 5, set())
    assert {origin for origin, _ in fitted} == {"umsab", *tone_corpora.RATED}


def test_the_same_texts_give_the_same_parameters(corpora, tmp_path):
    one, other = tmp_path / "one.npz", tmp_path / "other.npz"
    assert fit(corpora, one) == fit(corpora, other) == tone_model.load(one).version
    assert one.read_bytes() == other.read_bytes()


def test_a_folder_without_the_texts_is_named(tmp_path):
    with pytest.raises(ConfError, match="name the folder that holds umsab"):
        fit(tmp_path, tmp_path / "tone.npz")
