"""Pages of the documentation that derive from the contracts and the registry."""

from __future__ import annotations

from pathlib import Path

from jobs.registry import all_jobs
from transformations.contracts import CONTRACTS


def write_pages(folder: Path) -> None:
    """Writes tables.md and jobs.md into a folder, and leaves them alone where nothing changed."""
    for name, text in (("tables.md", tables_page()), ("jobs.md", jobs_page())):
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def tables_page() -> str:
    """Every table with its columns."""
    lines = ["# Tables", ""]
    for table in CONTRACTS.values():
        lines += [f"## {table.name}", "", f"{table.description} Key: {', '.join(table.key)}.", ""]
        lines += ["| column | type | meaning |", "|---|---|---|"]
        lines += [f"| {field.name} | {_cell(field.type)} | {_cell(field.description)} |" for field in table.columns]
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
