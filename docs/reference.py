"""Pages of the documentation that are generated from the contracts, the formats and the registry."""

from __future__ import annotations

import json
from pathlib import Path

from jobs.runner.registry import all_jobs
from jobs.sources import formats
from transformations.contracts import CONTRACTS, contract
from transformations.indicators.definitions import INDICATORS, THEMES


def write_pages(folder: Path) -> None:
    """Writes the pages into a folder; files whose content did not change are left alone."""
    pages = {
        "tables": tables_page,
        "formats": formats_page,
        "indicators": indicators_page,
        "jobs": jobs_page,
        "expressions": expressions_page,
    }
    for name, text in ((f"{page}.md", make()) for page, make in pages.items()):
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def tables_page() -> str:
    """Every table with its columns."""
    lines = ["# Tables", ""]
    for table in CONTRACTS.values():
        lines += [f"## {table.name}", "", f"{table.description} Key: {', '.join(table.key)}.", ""]
        lines += ["| column | type | meaning | unit | caution |", "|---|---|---|---|---|"]
        for field in table.columns:
            meaning = f"{field.description} {field.made_by}".rstrip()
            cells = (field.name, field.type, meaning, field.unit or "", field.caution or "")
            lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def formats_page() -> str:
    """Every format: the columns that it maps by itself, and the metrics that each platform reports."""
    lines = [
        "# Formats",
        "",
        "A metric that a platform does not report is null, never 0. A format that does not map any table by itself is",
        "mapped in conf.",
        "",
    ]
    for title, table in (("Metrics of posts", "post_metrics"), ("Metrics of profiles", "profile_metrics")):
        measured = [name for name in contract(f"silver.{table}").names if name in formats.metrics(table)]
        lines += [f"## {title}", "", f"| format | {' | '.join(measured)} |", "|---" * (len(measured) + 1) + "|"]
        for name in formats.names():
            filled = formats.named(name).get(table, ())
            if filled:
                lines.append(f"| {name} | " + " | ".join("x" if metric in filled else "" for metric in measured) + " |")
        lines.append("")
    for name in formats.names():
        documented = (formats.module(name).__doc__ or "").strip()
        lines += [f"## {name}", "", "```text", documented, "```", ""]
        filled_tables = formats.named(name)
        lines += [f"Fills {table}: {', '.join(columns)}.  " for table, columns in filled_tables.items()] or [
            "Mapped in conf."
        ]
        lines.append("")
    return "\n".join(lines)


def jobs_page() -> str:
    """Every job in the order of a run."""
    lines = ["# Jobs", "", "| stage | job | what it does | reads | writes |", "|---|---|---|---|---|"]
    for job in all_jobs():
        cells = (job.stage, job.name, job.description, ", ".join(job.reads), ", ".join(job.writes))
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join([*lines, ""])


def indicators_page() -> str:
    """Every indicator by theme: what it means, how it is computed, what it rests on, and what it cannot tell."""
    intervals = {"wilson": "Wilson", "difference": "Agresti and Min", "quantile": "of the quantile", None: "none"}
    lines = [
        "# Indicators",
        "",
        f"The catalogue has {len(INDICATORS)} indicators. gold.indicator_values holds their values by period and dimension, with",
        "numerator and denominator: a roll-up adds these up and divides. A ratio over nothing is null, and `missing_reason` says",
        "why; 0 means that something was measured and there was none of it. Amounts of several currencies are never added.",
        "Intervals are of 95 %.",
        "",
        "Where a group speaks of few persons, the indicators that say so below are left out of what is published, and so is what",
        "would give them away (`publish.min_group_size`).",
        "",
        "A value is kept when it is superseded: `known_from` and `known_to` say when it was known.",
        "",
    ]
    for theme, indicators in THEMES.items():
        lines += [f"## {theme.capitalize()}", ""]
        for its in indicators:
            facts = {
                "Formula": its.formula,
                "Unit": its.unit if its.unit != "money" else "currency of the amounts",
                "Aggregation": its.aggregation,
                "Grains": ", ".join(its.grains),
                "Dimensions": ", ".join(its.dimensions),
                "Interval": intervals[its.interval],
                "Rests on": ", ".join(its.needs),
                "Read from": ", ".join(its.source_tables),
                "Better": its.better,
                "Small groups": "left out of what is published" if its.persons_in else "",
                "Cannot tell": its.caution,
            }
            lines += [f"### {its.indicator_id}", "", f"{its.name}. {its.definition}", ""]
            lines += [f"- {name}: {_cell(fact)}" for name, fact in facts.items() if fact] + [""]
    return "\n".join(lines)


def expressions_page() -> str:
    """What an expression of conf may use on the embedded engine, from the probes of tests/probes."""
    lines = [
        "# Expressions",
        "",
        "On Spark an expression of conf may use all of Spark SQL. The embedded engine differs from Spark in places without a",
        "word, so there an expression may use what probes show to give Spark's answers: functions with arguments of these",
        "types. Some is asked in another form that gives Spark's answers; everything else is refused before a run, with the",
        "reason. Both engines are held against these probes (`tests/probes`): a new one is a line in a file of its theme and",
        "`python -m tests.probes`.",
        "",
        "A literal is told by its value: a probe of one format, pattern, character set or zone says nothing of another. Only",
        "where a text is compared or copied letter by letter, or a number counts, any will do. Formats, patterns, zones and",
        "schemas are literals; a pattern may be any whose signs have a form that both engines read alike. The type of the result",
        "counts as well: what the contract's type is not known to be read out of alike is refused (a double into text or a",
        "decimal), and so is a version that is a double. Rules by hand are held to the same, and are run as they are written:",
        "what has another form is refused there, and so are `limit`, windows, samples, grouping sets and doubled quotes.",
        "",
        "A time is read by a format only where no sign stands before the year, also beyond 9999. Local times from the year 2100",
        "on have no summer time on the embedded engine. Texts such as `1d` or `0x1p3` are no numbers there.",
        "",
    ]
    for path in sorted((Path(__file__).resolve().parents[1] / "tests" / "probes").glob("*.jsonl")):
        head, *probes = (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)
        lines += [f"## {path.stem.replace('_', ' ').capitalize()}", "", f"Columns: {head['columns']}.", ""]
        for verdict, title in (("same", "As on Spark"), ("rewritten", "In another form"), ("refused", "Refused")):
            found = [_code(probe["sql"]) for probe in probes if probe["embedded"] == verdict]
            if found:
                lines += [f"{title}: {' · '.join(found)}", ""]
    return "\n".join(lines)


def _code(text: str) -> str:
    shown = " ".join(text.split())
    return f"`` {shown} ``"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
