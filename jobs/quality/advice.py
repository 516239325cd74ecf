"""What to do about a rule that some cases do not satisfy, in a sentence or two for the person who looks after the data."""

from __future__ import annotations

from expectations.gate import Outcome
from jobs.quality import catalogue, records
from jobs.settings import Settings
from transformations.contracts import CONTRACTS


def of(outcome: Outcome, settings: Settings) -> str:
    """What to do next; empty where every case satisfies the rule or nothing applied."""
    if not outcome.applicable or outcome.ratio == 1.0:
        return ""
    return " ".join(part for part in (_fix(outcome, settings), _judge(outcome)) if part)


def _fix(outcome: Outcome, settings: Settings) -> str:
    code, short_name = outcome.code, outcome.table.split(".")[-1]
    if code == catalogue.PUBLISHED:
        return "Run `scrm publish`; if that does not help, somebody else writes to the published file."
    if code == records.RULE:
        return (
            f"They are quarantined with their bytes and reasons: `scrm quarantine --table {short_name}`. Fix conf of the "
            f"source or its files, then `scrm run`, or `scrm replay --table {short_name}`."
        )
    if code.endswith(catalogue.JUDGED):
        return (
            "Look at the examples for what they have in common, fix what computes the column, run again; judge more rows "
            f"(`scrm quality sample {outcome.table} --column {code.removesuffix(catalogue.JUDGED)}`) where the interval "
            "is wide."
        )
    if outcome.severity == "quarantine":
        sources = _sources(short_name, settings)
        return (
            f"These rows are quarantined with their bytes: `scrm quarantine --table {short_name}`. Fix the source or its "
            f"mapping{sources}, then `scrm replay --table {short_name}`."
        )
    if code.endswith(".resolves"):
        column = code.removesuffix(".resolves")
        return (
            f"Load what holds the missing {_reference(outcome.table, column)}, or fix how conf maps {column}"
            f"{_sources(short_name, settings)}."
        )
    if code.endswith(".control_total"):
        return (
            f"Compare a file's rows with its own total{_sources(short_name, settings)}: lines may be missing or counted "
            "twice."
        )
    by_property = {
        "consistency": "Find out which of the two places is right, and fix the other.",
        "accuracy": "Compare the examples with the reference; fix what differs at its source.",
        "relevance": "Extend what company.yaml monitors, or leave out the source of unrelated rows.",
        "existence": f"Ask the source for the missing values, or map another of its columns{_sources(short_name, settings)}.",
        "integrity": f"Find the rows by the examples, and fix their source{_sources(short_name, settings)}.",
    }
    return by_property.get(
        outcome.property, f"Find the rows by the examples; fix their source or mapping{_sources(short_name, settings)}."
    )


def _judge(outcome: Outcome) -> str:
    """What the state means."""
    if outcome.stops and outcome.code != catalogue.PUBLISHED:
        return "Until then a run stops here, and nothing downstream is computed."
    if outcome.state == "kept":
        return f"It is still within its threshold of {outcome.threshold:.4g}."
    return ""


def _sources(short_name: str, settings: Settings) -> str:
    """Where the mapping of a table is: ` (conf/sources/a.yaml, b.yaml)`."""
    from jobs.sources import formats

    files = [source.file.name for source in settings.sources if short_name in formats.tables_of(source)]
    if not files:
        return ""
    return f" (sources/{', '.join(files[:3])}{', …' if len(files) > 3 else ''})"


def _reference(table: str, column: str) -> str:
    field = next((f for f in CONTRACTS[table].columns if f.name == column), None)
    return (field.reference if field else None) or "rows"
