"""How a run ends where several of its jobs do."""

from dataclasses import replace

import pytest

from jobs import settings as conf
from jobs.errors import GateStopped, ScrmError
from jobs.job import JOBS, Job
from jobs.runner import execution
from jobs.runner.execution import Choice, execute

SHOP = "kind: erp\nformat: csv\npath: /in.csv\ntables: {customers: {columns: {customer_id: id}}}\n"


def a_job(name: str, error: Exception | None) -> Job:
    def function(lake, run) -> None:
        if error:
            raise error

    return replace(JOBS["erp"], name=name, function=function, writes=(), has_work=lambda lake, run: True)


@pytest.mark.parametrize(
    ("errors", "exit_code", "message"),
    [
        ((ScrmError("disk full"), GateStopped("a rule is broken")), 1, "one: disk full\na rule is broken"),
        ((GateStopped("a rule is broken"), GateStopped("another")), 3, "a rule is broken\nanother"),
        ((None, GateStopped("a rule is broken")), 3, "a rule is broken"),
        ((None, None), 0, ""),
    ],
)
def test_of_jobs_that_end_side_by_side_every_message_is_told(
    quiet, write_conf, monkeypatch, errors, exit_code, message
):
    jobs = [a_job(name, error) for name, error in zip(("one", "two"), errors)]
    monkeypatch.setattr(execution, "selected", lambda names, stages: jobs)
    monkeypatch.setattr(execution, "_flow", lambda lake, run, job: (None, None, None))
    begun, ended = [], []
    report = execute(
        conf.load(write_conf({"shop": SHOP})),
        Choice(),
        lake=quiet,
        on_job=lambda job: begun.append(job.name),
        on_done=lambda job: ended.append(job.name),
    )
    assert (report.exit_code, report.message) == (exit_code, message)
    assert sorted(begun) == sorted(ended) == ["one", "two"]
