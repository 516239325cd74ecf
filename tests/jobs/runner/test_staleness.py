"""What makes a job that works on whole tables run again."""

from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pytest

from jobs import settings as conf
from jobs.enrich import post_enrichments
from jobs.job import JOBS, Run
from jobs.lake import fingerprints, ops
from jobs.runner import registry, staleness

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = "kind: erp\nformat: csv\npath: /in.csv\ntables: {customers: {columns: {customer_id: id}}}\n"


@pytest.fixture
def run(write_conf) -> Run:
    registry.all_jobs()
    return Run("r", NOW, conf.load(write_conf({"shop": SHOP})), NOW)


@pytest.fixture
def changed(monkeypatch):
    """Changes a module's code as the fingerprints see it."""

    def change(module: str) -> None:
        content = fingerprints._content

        def other(name: str) -> bytes:
            return content(name) + (b"# changed" if name == module else b"")

        monkeypatch.setattr(fingerprints, "_content", other)
        fingerprints._hash.cache_clear()

    yield change
    fingerprints._hash.cache_clear()


@pytest.mark.parametrize(
    ("module", "jobs"),
    [
        ("jobs.lake.arrow", {"persons", "network", "post_enrichments", "objective_data"}),  # the lake is handed to all
        ("jobs.lake.locks", set()),
        ("jobs.cli.run", set()),
        ("transformations.text.tone_model", {"post_enrichments"}),
        ("transformations.identity.persons", {"persons"}),
        ("jobs.sources.formats.youtube", {"objective_data"}),  # found by its name
    ],
)
def test_a_job_runs_again_when_code_that_makes_its_rows_has_changed(run, changed, module, jobs):
    tried = ("persons", "network", "post_enrichments", "objective_data")
    before = {name: staleness.fingerprint(JOBS[name], run) for name in tried}
    changed(module)
    assert {name for name in tried if staleness.fingerprint(JOBS[name], run) != before[name]} == jobs


def test_another_secret_gives_other_persons(run, monkeypatch):
    def fingerprint(secret: str) -> str:
        monkeypatch.setenv("SCRM_IDENTITY_KEY", secret)
        return staleness.fingerprint(JOBS["persons"], run)

    assert fingerprint("a secret of one kind") != fingerprint("a secret of another")
    assert fingerprint("a secret of one kind") == fingerprint("a secret of one kind")


def test_another_version_of_what_reads_texts_reads_them_again(run, monkeypatch):
    before = staleness.fingerprint(JOBS["post_enrichments"], run)
    monkeypatch.setattr(post_enrichments, "installed", lambda package: "99")
    assert staleness.fingerprint(JOBS["post_enrichments"], run) != before


def test_tables_that_judges_judged_are_inputs_of_their_quality(quiet, run):
    job = JOBS["data_quality"]
    assert "silver.posts" not in staleness.inputs(quiet, job)
    versions = staleness.inputs(quiet, job)
    judgement = {"table_name": "silver.posts", "column_name": "tone", "row_key": "a", "judge": "ada"}
    ops.JUDGEMENTS.upsert(quiet, [judgement])
    assert staleness.inputs(quiet, job)["silver.posts"] == -1
    staleness.done(quiet, run, job, versions)
    seen = {row["input"] for row in quiet.rows("ops.progress")}
    assert "silver.posts" in seen  # the job found it while it ran: the next run has nothing to do for it


def test_what_a_job_writes_itself_does_not_make_it_run_again(quiet, run):
    job = replace(JOBS["data_quality"], reads=("ops.judgements",))
    versions = staleness.inputs(quiet, job)
    ops.JUDGEMENTS.upsert(
        quiet, [{"table_name": "silver.posts", "column_name": "tone", "row_key": "a", "judge": "ada"}]
    )
    staleness.done(quiet, run, job, versions)
    found = {row["input"]: row["to_version"] for row in quiet.rows("ops.progress")}
    assert found["ops.judgements"] == quiet.version("ops.judgements") != versions["ops.judgements"]


@pytest.mark.parametrize("content", [None, b"", b"garbage that is long enough"])
def test_a_published_file_that_is_gone_or_none_is_written_again(quiet, run, content):
    job, file = replace(JOBS["publish"], reads=()), quiet.published("published.scrm")
    file.parent.mkdir()
    duckdb.connect(str(file)).close()
    staleness.done(quiet, run, job, {})
    assert not staleness.is_stale(quiet, run, job)
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    assert staleness.is_stale(quiet, run, job)
