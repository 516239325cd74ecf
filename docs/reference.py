"""Pages of the documentation that are generated from the contracts, the formats and the registry."""

from __future__ import annotations

from pathlib import Path

from jobs.runner.registry import all_jobs
from jobs.sources import formats
from transformations.contracts import CONTRACTS, contract


def write_pages(folder: Path) -> None:
    """Writes tables.md, formats.md and jobs.md into a folder; files whose content did not change are left alone."""
    for name, text in (("tables.md", tables_page()), ("formats.md", formats_page()), ("jobs.md", jobs_page())):
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


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
