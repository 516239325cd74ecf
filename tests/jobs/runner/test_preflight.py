"""Every ready conf folder is right; what no job could use is refused before anything is written."""

import json
import os
import re

import pytest

from jobs import settings
from jobs.cli.main import main
from jobs.errors import ConfError, ScrmError
from jobs.runner import preflight
from jobs.sources import formats

EXAMPLES = sorted(path for path in (settings.SHIPPED / "examples").iterdir() if path.is_dir())


@pytest.fixture(autouse=True)
def places(monkeypatch):
    """Whatever folder an example asks for."""
    for folder in EXAMPLES:
        for path in folder.rglob("*.yaml"):
            for name in re.findall(r"\$\{([A-Z_]+)", path.read_text(encoding="utf-8")):
                if name not in os.environ:
                    monkeypatch.setenv(name, "/nowhere")


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_a_ready_conf_folder_is_right(folder):
    preflight.check_settings(settings.load(folder))


def test_every_platform_has_a_source_to_copy():
    used = {source.format for folder in [settings.SHIPPED, *EXAMPLES] for source in settings.load(folder).sources}
    assert {name for name in formats.names() if formats.named(name)} <= used


COMPANY = "name: Test company\nas_of: data\n"
SOURCE = "kind: erp\nformat: csv\npath: {path}\ntables: {{customers: {{columns: {{customer_id: id}}}}}}\n"
OBJECTIVE = "objectives: [{objective_id: o1, name: Answer soon, kind: image, indicator: net_tune, target: 1}]\n"


@pytest.fixture
def refused(write_conf, tmp_path):
    """What is said of a conf folder: refused(company=…, base=…)."""
    (tmp_path / "in.csv").write_text("id\nc1\n")

    def call(company: str = "", base: str = "") -> str:
        folder = write_conf(
            sources={"shop": SOURCE.format(path=tmp_path / "in.csv")}, company=COMPANY + company, base=base
        )
        with pytest.raises(ConfError) as error:
            preflight.check_settings(settings.load(folder))
        return str(error.value)

    return call


def test_a_secret_that_is_too_short_is_refused(refused, monkeypatch):
    monkeypatch.setenv("SCRM_IDENTITY_KEY", "short")
    assert "SCRM_IDENTITY_KEY has 5 characters; expected 16 or more" in refused()


def test_an_unknown_group_of_jars_is_refused(refused):
    told = refused(base="spark: {jars: [core, kafak]}\n")
    assert "base.yaml: key spark.jars: unknown group of jars: kafak; expected one of core" in told


def test_an_objective_with_an_unknown_indicator_is_refused(refused):
    told = refused(company=OBJECTIVE)
    assert "company.yaml: key objectives: the indicator of o1 is 'net_tune'; did you mean net_tone?" in told


def test_an_objective_of_a_customer_needs_a_measure_of_profitability_and_whom_it_is_about(refused):
    of_customer = OBJECTIVE.replace("target: 1", "target: 1, subject: customer, subject_id: A")
    assert "the indicator of o1 is 'revenu'; did you mean revenue?" in refused(
        company=of_customer.replace("net_tune", "revenu")
    )
    told = refused(company=OBJECTIVE.replace("net_tune", "revenue").replace("target: 1", "target: 1, subject: segment"))
    assert "o1 is about the segment; expected the subject_id of a segment, found None" in told
    told = refused(company=OBJECTIVE.replace("net_tune", "net_tone").replace("target: 1", "target: 1, subject_id: A"))
    assert "o1 is about the company; expected no subject_id, found 'A'" in told


def test_rules_of_objectives_are_checked(refused):
    rule = "{profitability: high, potential: low, horizon: short, kind: image, measure: MEASURE}"
    told = refused(base=f"objectives: {{rules: [{rule.replace('MEASURE', 'profit')}]}}\n")
    assert "no such measure; measures are revenue, contribution" in told
    twice = ", ".join([rule.replace("MEASURE", "revenue")] * 2)
    assert "more than one rule for high/low/short" in refused(base=f"objectives: {{rules: [{twice}]}}\n")


def test_a_driver_that_is_no_indicator_or_the_objective_s_own_is_refused(refused):
    objective = OBJECTIVE.replace("net_tune, target: 1", "net_tone, target: 1, drivers: [{0}]")
    told = refused(company=objective.replace("{0}", "volum"))
    assert "key objectives: a driver of o1 is 'volum'; did you mean volume?" in told
    told = refused(company=objective.replace("{0}", "net_tone"))
    assert "o1 has its own indicator 'net_tone' among its drivers" in told
    of_segment = "revenue, subject: segment, subject_id: A, target: 1, drivers: [volume]"
    told = refused(company=OBJECTIVE.replace("net_tune, target: 1", of_segment))
    assert "o1 is about the segment; only objectives of the company have drivers" in told


def test_a_judged_sample_that_does_not_exist_is_refused(refused, tmp_path):
    told = refused(company="judged_samples: [judged.csv]\n")
    assert f"{tmp_path / 'conf' / 'judged.csv'} does not exist; `scrm quality sample TABLE` writes one" in told


def test_a_judged_sample_without_its_columns_is_refused(refused, tmp_path):
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "judged.csv").write_text("table,column\nsilver.posts,text\n")
    told = refused(company="judged_samples: [judged.csv]\n")
    assert re.search(r"judged\.csv: column \w+ is missing; judge a file that `scrm quality sample` wrote", told)


@pytest.mark.parametrize("arguments", [["run"], ["run", "--stage", "land"], ["check"], ["source", "check", "shop"]])
def test_it_is_refused_before_anything_is_written(arguments, write_conf, tmp_path, monkeypatch, capsys):
    (tmp_path / "in.csv").write_text("id\nc1\n")
    folder = write_conf(sources={"shop": SOURCE.format(path=tmp_path / "in.csv")}, company=COMPANY)
    monkeypatch.setenv("SCRM_IDENTITY_KEY", "short")
    assert main([*arguments, "--conf", str(folder)]) == 2
    assert "SCRM_IDENTITY_KEY has 5 characters" in capsys.readouterr().err
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize("content", ["", None, '{"company": "Test company"}'])
def test_the_mark_of_the_company_is_written_where_it_is_missing_or_empty(content, quiet, settings):
    mark = quiet.root / "company.json"
    if content is not None:
        mark.write_text(content)
    of = settings(company={"name": "Test company"})
    preflight._check_owner(quiet, of)
    assert json.loads(mark.read_text()) == {"company": "Test company"}


@pytest.mark.parametrize("content", ["{", "[]", "{}", '"x"'])
def test_a_damaged_mark_says_what_it_is_and_what_to_do(content, quiet, settings):
    mark = quiet.root / "company.json"
    mark.write_text(content)
    with pytest.raises(ScrmError, match=r"company\.json cannot be read .*Delete it if that is 'Test company'") as found:
        preflight._check_owner(quiet, settings(company={"name": "Test company"}))
    assert found.value.exit_code == 1
    assert mark.read_text() == content
