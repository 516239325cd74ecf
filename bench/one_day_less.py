"""The simulated company a day earlier: its files without what happened on its last day.

The simulator draws a company as a whole; one that is a day longer is another company, so the shorter one is cut from it.
"""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

from bench.errors import BenchError

TIMES = {
    "erp/customers.csv": "created_at",
    "erp/costs.csv": "cost_date",
    "erp/ledger.csv": "ledger_date",
    "support/tickets.csv": "opened_at",
    "support/ticket_events.csv": "created_at",
    "surveys/responses.csv": "answered_at",
    "campaigns/touches.csv": "created_at",
    "usage/usage.csv": "used_at",
    "market/prices.csv": "seen_at",
    "market/releases.jsonl": "seen_at",
    "newsletter/reads.jsonl": "at",
    "microblog/profiles.jsonl": "created_at",
    "forum/Posts.xml": "CreationDate",
    "forum/Comments.xml": "CreationDate",
    "forum/Users.xml": "CreationDate",
    "forum/Votes.xml": "CreationDate",
}
"""Files that are not one a day: which value says when a record came to be. Lists that hardly change are not among them."""
_DAY_FILE = re.compile(r"\d{4}-\d\d-\d\d\.")


def last_day(company: Path) -> str:
    """The last day that has a file of orders, as 2025-04-30. Raises BenchError where there is none."""
    days = sorted(path.stem for path in (company / "erp" / "orders").glob("*.csv"))
    if not days:
        raise BenchError(f"no files of orders in {company}; expected what `scrm simulate` writes")
    return days[-1]


def write(company: Path, earlier: Path, day: str) -> int:
    """Writes the company to `earlier` without a day's records. Returns how many lines are left out."""
    left_out = 0
    for path in sorted(path for path in company.rglob("*") if path.is_file()):
        name = path.relative_to(company).as_posix()
        content = path.read_bytes()
        if _DAY_FILE.match(path.name):
            if path.name.startswith(day):
                left_out += content.count(b"\n")
                continue
        elif name in TIMES:
            kept = without(content, path.suffix, TIMES[name], day)
            left_out += content.count(b"\n") - kept.count(b"\n")
            content = kept
        target = earlier / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return left_out


def update(earlier: Path, company: Path) -> None:
    """Brings the earlier company to the later one's files, as sources do: new ones beside, longer ones in place."""
    shutil.copytree(company, earlier, dirs_exist_ok=True)


def without(content: bytes, suffix: str, time: str, day: str) -> bytes:
    """A file without the records whose `time` begins with `day`; all other bytes stay."""
    lines = content.splitlines(keepends=True)
    if suffix == ".csv":
        return b"".join(_csv_without(lines, time, day))
    value = rf'"{time}":"{day}' if suffix == ".jsonl" else rf' {time}="{day}'
    return b"".join(line for line in lines if value.encode() not in line)


def _csv_without(lines: list[bytes], time: str, day: str) -> list[bytes]:
    """A record may run over several lines."""
    rows = csv.reader(line.decode("latin-1") for line in lines)
    place = next(rows).index(time)
    kept = lines[: rows.line_num]
    begin = rows.line_num
    for row in rows:
        if not (len(row) > place and row[place].startswith(day)):
            kept += lines[begin : rows.line_num]
        begin = rows.line_num
    return kept
