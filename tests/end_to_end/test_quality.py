"""Rules that people add, and what their days tell: over runs, a day apart."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from jobs.cli import main as cli
from jobs.quality import report
from jobs.settings import load

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)

POSTS = """
kind: social
format: csv
path: {path}/posts*.csv
channel: microblog
service_type: microblog
tables:
  posts: {{columns: {{post_id: id, kind: "'post'", profile_id: author, text: text, created_at: at}}}}
  profiles: {{one_row_per: [profile_id], columns: {{profile_id: author}}}}
"""
HEADER = "id,author,text,at\n"
SHORT = """
expectations:
  - type: expect_column_value_lengths_to_be_between
    kwargs: {{column: text, max_value: 5, mostly: 0.9}}
    description: the text is longer than five characters
    meta: {{code: text.short, property: relevance, severity: {severity}}}
"""
JOBS = ("land", "social", "silver_gate", "data_quality")


@pytest.fixture
def posts(tmp_path, write_conf):
    """A company's posts: posts(day1=rows, severity=…) writes files and the expectation, and gives the conf folder."""

    def make(severity: str = "warn", base: str = "", **files: str):
        for name, rows in files.items():
            (tmp_path / f"posts_{name}.csv").write_text(HEADER + rows)
        folder = write_conf(
            {"posts": POSTS.format(path=tmp_path)}, company="name: Alder\nas_of: data\nbrands: [Alder]\n", base=base
        )
        (folder / "expectations").mkdir(exist_ok=True)
        (folder / "expectations" / "silver.posts.yaml").write_text(SHORT.format(severity=severity))
        return folder

    return make


def _rule(lake, folder, code="text.short"):
    (found,) = (of for of in report.standings(lake, load(folder)) if of.outcome.code == code)
    return found


def test_an_expectation_by_hand_finds_a_seeded_fault_and_its_days_tell_the_rest(posts, run_conf, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    folder = posts(day1="1,ada,Hi,2025-03-01T09:00:00Z\n2,ada,Alder is long,2025-03-01T10:00:00Z\n")
    result, lake = run_conf(folder, jobs=JOBS)
    assert (result.exit_code, result.message) == (0, "")
    first = _rule(lake, folder)
    assert (first.outcome.passing, first.outcome.applicable, first.outcome.state) == (1, 2, "broken")
    assert first.outcome.examples == ("Alder is long",)
    assert (first.trend, first.broken_since) == ("new", date(2026, 1, 15))

    posts(day2="3,ada,Hey,2025-03-02T09:00:00Z\n4,ada,Yo,2025-03-02T10:00:00Z\n")
    tomorrow = NOW + timedelta(days=1)
    run_conf(folder, jobs=JOBS, now=tomorrow)
    second = _rule(lake, folder)
    assert (second.outcome.passing, second.outcome.applicable) == (3, 4)
    assert (second.trend, second.broken_since) == ("better", date(2026, 1, 15))
    rows = lake.rows("gold.data_quality", "rule = 'text.short'")
    assert {(r["period"], r["passing"], r["applicable"], r["state"], r["trend"], r["broken_since"]) for r in rows} == {
        ("2026-01-15", 1, 2, "broken", "new", date(2026, 1, 15)),
        ("2026-01-16", 3, 4, "broken", "better", date(2026, 1, 15)),
        ("all", 3, 4, "broken", "better", date(2026, 1, 15)),
    }
    # A rule about rows: each day's own rows, and all of them together.
    required = lake.rows("gold.data_quality", "rule = 'created_at.required' and table_name = 'silver.posts'")
    assert {(r["period"], r["passing"], r["applicable"]) for r in required} == {
        ("2026-01-15", 2, 2),
        ("2026-01-16", 2, 2),
        ("all", 4, 4),
    }

    versions = {name: lake.version(name) for name in ("gold.data_quality", "ops.rule_history", "ops.rule_counts")}
    again, _ = run_conf(folder, jobs=JOBS, now=tomorrow + timedelta(hours=1))
    assert {job.state for job in again.jobs} == {"up to date"}
    assert {name: lake.version(name) for name in versions} == versions

    capsys.readouterr()
    assert cli.main(["quality", "--conf", str(folder), "--table", "silver.posts"]) == 0
    said = capsys.readouterr().out
    assert "silver.posts.text.short" in said
    assert "the text is longer than five characters: 1 of 4" in said
    assert "2026-01-15" in said
    assert cli.main(["quality", "--conf", str(folder), "--json"]) == 0
    (told,) = (rule for rule in json.loads(capsys.readouterr().out) if rule["code"] == "text.short")
    assert [day["ratio"] for day in told["days"]] == [0.5, 0.75]
    assert (told["trend"], told["broken_since"], told["state"]) == ("better", "2026-01-15", "broken")

    # A full run on a later day judges all again, and leaves what earlier days found as it is.
    run_conf(folder, jobs=JOBS, full=True, now=NOW + timedelta(days=9))
    rows = lake.rows("gold.data_quality", "rule = 'text.short'")
    assert {(r["period"], r["passing"], r["trend"]) for r in rows} == {
        ("2026-01-15", 1, "new"),
        ("2026-01-16", 3, "better"),
        ("2026-01-24", 3, "same"),
        ("all", 3, "same"),
    }


def test_one_with_severity_stop_ends_the_run_and_a_mended_file_lets_it_go_on(posts, run_conf):
    rows = "1,ada,Alder is long,2025-03-01T09:00:00Z\n"
    folder = posts("stop", day1=rows)
    result, lake = run_conf(folder, jobs=JOBS)
    assert result.exit_code == 3
    assert "silver.posts.text.short" in result.message
    assert not lake.exists("gold.data_quality")
    posts("warn")
    result, _ = run_conf(folder, jobs=JOBS)
    assert (result.exit_code, result.message) == (0, "")
    again, _ = run_conf(folder, jobs=JOBS)
    assert {job.state for job in again.jobs} == {"up to date"}


def test_a_reference_of_conf_is_an_accuracy_rule_and_a_change_of_it_is_seen(posts, run_conf, tmp_path):
    base = (
        "quality: {references: [{name: known, table: silver.profiles, reference: ../known.csv, on: {profile_id: who}}], "
        "rules: {silver.profiles.stands_in_known: {threshold: 0.9}}}\n"
    )
    (tmp_path / "known.csv").write_text("who\nada\n")
    rows = "1,ada,Hi Alder,2025-03-01T09:00:00Z\n2,bo,Hi Alder,2025-03-01T10:00:00Z\n"
    folder = posts(base=base, day1=rows)
    result, lake = run_conf(folder, jobs=JOBS)
    assert (result.exit_code, result.message) == (0, "")
    found = _rule(lake, folder, "stands_in_known").outcome
    assert (found.property, found.passing, found.applicable, found.threshold, found.state) == (
        "accuracy",
        1,
        2,
        0.9,
        "broken",
    )
    assert found.examples == ("channel=microblog, profile_id=bo",)
    (tmp_path / "known.csv").write_text("who\nada\nbo\n")
    result, _ = run_conf(folder, jobs=JOBS)
    assert "silver_gate" in {job.job for job in result.jobs if job.state == "done"}
    assert _rule(lake, folder, "stands_in_known").outcome.state == "kept"


def test_a_sample_that_company_yaml_names_is_read_by_the_run(posts, run_conf, tmp_path, capsys):
    folder = posts(day1="".join(f"{n},ada,Alder is good,2025-03-01T09:00:00Z\n" for n in range(4)))
    run_conf(folder, jobs=(*JOBS, "post_enrichments"))
    path = folder / "judged.csv"
    command = ["quality", "sample", "silver.post_enrichments", "--column", "intent", "--n", "3", "--out", str(path)]
    assert cli.main([*command, "--conf", str(folder)]) == 0
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    place = lines[0].split(",").index("is_right") - len(lines[0].split(","))
    filled = [line.rsplit(",", -place) for line in lines[1:]]
    path.write_text("\n".join([lines[0], *(",".join([cells[0], "yes", *cells[2:]]) for cells in filled)]) + "\n")
    company = folder / "company.yaml"
    company.write_text(company.read_text() + "judged_samples: [judged.csv]\n")
    result, lake = run_conf(folder, jobs=(*JOBS, "post_enrichments"))
    assert (result.exit_code, result.message) == (0, "")
    (row,) = lake.rows("gold.data_quality", "rule = 'intent.agrees_with_judges' and period = 'all'")
    assert (row["passing"], row["applicable"], row["ratio"], row["property"]) == (3, 3, 1.0, "accuracy")
    assert 0 < row["confidence_low"] < 1.0 == row["confidence_high"]
    assert "3 rows in" in capsys.readouterr().out
