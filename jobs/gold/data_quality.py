"""Results of the quality rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jobs.job import Run, job
from jobs.lake.arrow import schema_of
from jobs.quality import history, judgements, report
from transformations.contracts import contract

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


# ops.rule_history is not listed in reads: publishing appends to it and would make the job stale after every run.
@job(
    stage="gold",
    group="improve",
    reads=("ops.rule_counts", "ops.judgements"),
    writes=("gold.data_quality", "ops.judgements", "ops.rule_history"),
    conf=("base.quality", "company", "sources", "folder", "references"),
    files=judgements.files,
    also_reads=judgements.tables,
)
def data_quality(lake: Lake, run: Run) -> None:
    """Collects the results of every rule, overall and by day, with state, trend and the day since which it is broken."""
    for path in judgements.files(run.settings):
        _read_sample(lake, run, path)
    today = history.today(run.settings, run.started_at)
    judged = [(o, o.passing, o.applicable) for o in judgements.outcomes(lake, run.settings) if o.applicable]
    history.keep(lake, today, judged)
    found = report.standings(lake, run.settings)
    messages = {(of.outcome.table, of.outcome.code): of.outcome.message for of in found}
    rows: list[dict[str, Any]] = [
        {
            "table_name": o.table,
            "property": o.property,
            "rule": o.code,
            "period": "all",
            "severity": o.severity,
            "passing": o.passing,
            "applicable": o.applicable,
            "ratio": o.ratio,
            "confidence_low": o.low,
            "confidence_high": o.high,
            "threshold": o.threshold,
            "state": o.state,
            "trend": of.trend,
            "broken_since": of.broken_since,
            "message": o.message,
            "examples": list(o.examples),
        }
        for of, o in ((of, of.outcome) for of in found)
    ]
    for (table, code), days in sorted(report.days(lake, run.settings).items()):
        sinces = history.broken_since((day.day, day.state()) for day in days)
        for day, trend, since in zip(days, history.trends(days), sinces, strict=True):
            rows.append(
                {
                    "table_name": table,
                    "property": day.property,
                    "rule": code,
                    "period": day.day.isoformat(),
                    "severity": day.severity,
                    "passing": day.passing,
                    "applicable": day.applicable,
                    "ratio": day.ratio,
                    "confidence_low": day.low,
                    "confidence_high": day.high,
                    "threshold": day.threshold,
                    "state": day.state(),
                    "trend": trend,
                    "broken_since": since,
                    "message": messages.get((table, code)),
                }
            )
    earliest = min((row["period"] for row in rows if row["period"] != "all"), default="9999")
    schema = schema_of(contract("gold.data_quality"))
    scope = f"period = 'all' or period >= '{earliest}'"  # earlier days are kept, whatever happened to ops.rule_history
    lake.write("gold.data_quality", pa.Table.from_pylist(rows, schema=schema), scope=scope)


def _read_sample(lake: Lake, run: Run, path: Path) -> None:
    """Reads the judgements of a file that company.yaml names."""
    found = judgements.read(lake, path, judge="company.yaml", at=run.started_at)
    left_out = len(found.gone) + len(found.changed) + len(found.unclear)
    if left_out:
        run.note(f"{path}: {left_out} judgements cannot be used; `scrm quality judge {path}` says why")
