"""Both engines are held against Spark's answers as they are kept."""

import re

import pytest
from probes import judging, running, sessions

from jobs.sources import portable

pytestmark = pytest.mark.slow

THEMES = {theme.name: theme for theme in running.themes()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("probes")


def asked(theme: running.Theme) -> dict[str, str]:
    """Probe -> what the embedded engine is asked, of those that it may be asked."""
    if theme.name in judging.FOR_CODE:
        return {probe["sql"]: probe["sql"] for probe in theme.probes if probe["embedded"] == "same"}
    return {
        probe["sql"]: judging.verdict(theme, probe["sql"])[1]
        for probe in theme.probes
        if probe["embedded"] != "refused"
    }


def held(session, theme, texts: dict[str, str], folder) -> dict:
    expected = [running.kept(probe) for probe in theme.probes if probe["sql"] in texts]
    return running.differing(expected, running.answers(session, theme, list(texts.values()), folder), texts)


def test_there_are_probes_of_every_kind():
    verdicts = [probe["embedded"] for theme in THEMES.values() for probe in theme.probes]
    assert len(verdicts) > 1000
    assert {"same", "rewritten", "refused"} == set(verdicts)


def test_no_answer_depends_on_the_day_on_which_it_is_asked():
    """A time without a date is taken to be of today."""
    alone = re.compile(r"\s*T?\d{1,2}:\d{2}")
    assert not [row for theme in THEMES.values() for row in theme.rows for text in row if alone.match(str(text))]


@pytest.mark.parametrize("name", THEMES)
def test_spark_answers_as_it_is_kept(name, spark, folder):
    theme = THEMES[name]
    assert (
        held(sessions.interpreting(spark), theme, {probe["sql"]: probe["sql"] for probe in theme.probes}, folder) == {}
    )


@pytest.mark.parametrize("name", THEMES)
def test_the_embedded_engine_gives_spark_s_answers(name, embedded, folder):
    theme = THEMES[name]
    assert held(embedded, theme, asked(theme), folder) == {}


@pytest.mark.parametrize("name", [name for name in THEMES if name not in judging.FOR_CODE])
def test_forms_of_their_own_mean_the_same_on_spark(name, spark, folder):
    theme = THEMES[name]
    texts = {
        probe["sql"]: judging.verdict(theme, probe["sql"])[1]
        for probe in theme.probes
        if probe["embedded"] == "rewritten"
    }
    assert held(sessions.interpreting(spark), theme, texts, folder) == {}


@pytest.mark.parametrize("name", [name for name in THEMES if name not in judging.FOR_CODE])
def test_the_guard_says_of_each_probe_what_is_kept(name):
    theme = THEMES[name]
    found = {probe["sql"]: judging.verdict(theme, probe["sql"])[0] for probe in theme.probes}
    assert found == {probe["sql"]: probe["embedded"] for probe in theme.probes}


def test_what_conf_may_use_follows_from_the_probes():
    themes = list(THEMES.values())
    expected = {theme.name: [running.kept(probe) for probe in theme.probes] for theme in themes}
    texts = {theme.name: asked(theme) for theme in themes}

    def ask(theme, wanted):
        answers = {
            texts[theme.name][probe["sql"]]: running.kept(probe)
            for probe in theme.probes
            if probe["sql"] in texts[theme.name]
        }
        return [answers.get(text, running.ERROR) for text in wanted]  # that it gives them is held above

    assert judging.derived(themes, expected, ask, portable.steps()) == dict(portable.steps())
