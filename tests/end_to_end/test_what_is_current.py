"""What is current after files came in one order or another: deletions, `where`, `replaces`, numbers, names, accounts.

One lake takes three runs and one from scratch; each source is a story of its own.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from runs import FORUM, MICROBLOG, good_run, make_conf

from jobs import settings
from jobs.lake import row_accounts
from jobs.lake.tables import Lake

pytestmark = pytest.mark.slow

LINES = """
kind: erp
format: csv
path: {path}
currency: EUR
tables:
  order_lines:
    columns: {{order_id: id, line_number: NUMBER, product_id: sku, quantity: '1', unit_price: price}}
"""
BY_LINE = LINES.replace("NUMBER", "no")
ORDERS = """
kind: erp
format: csv
path: {path}
currency: EUR
tables:
  orders:
    where: coalesce(cancelled, '') = ''
    columns: {{order_id: id, customer_id: who, ordered_at: "'2025-01-01'", status: cancelled}}
"""
CUSTOMERS = """
kind: erp
format: csv
path: {path}
tables: {{customers: {{columns: {{customer_id: id, name: name}}}}}}
"""


def csv(header: str, *rows: str) -> str:
    return "\n".join((header, *rows)) + "\n"


def lines(*rows: str) -> str:
    return csv("id,no,sku,price", *rows)


def orders(*rows: str) -> str:
    return csv("id,who,cancelled", *rows)


def post(**columns: str) -> str:
    return json.dumps({"id": "1", **columns}) + "\n"


def tweet(number: str, user: str, at: str) -> str:
    user_ = {"id_str": user, "screen_name": f"u{user}", "name": f"U{user}"}
    return json.dumps({"id_str": number, "text": f"Tweet {number}", "created_at": at, "user": user_}) + "\n"


WRITTEN = post(author="a", text="secret", at="2025-03-01T10:00:00Z")
GONE = post(deleted="2025-03-05T10:00:00Z")
EDITED = post(author="a", text="mended", at="2025-03-01T10:00:00Z", edited="2025-03-07T10:00:00Z")
FULL_ORDER, SHORT_ORDER = lines("o1,1,A,1", "o1,2,B,2", "o1,3,C,3", "o2,1,D,4"), lines("o1,1,A,1", "o1,2,B,2")
PAID, CANCELLED = orders("o1,a,", "o2,b,"), orders("o1,a,2025-01-02")
ACCOUNT = (
    tweet("1", "7", "Mon Mar 03 10:00:00 +0000 2025"),
    json.dumps({"data": {"user_delete": {"user": {"id": "7"}, "event_at": "2025-03-04T10:00:00.000Z"}}}) + "\n",
    tweet("2", "7", "Wed Mar 05 10:00:00 +0000 2025"),
)
PARTS = (lines("o1,,A,1", "o1,,B,2"), lines("o1,,C,3", "o2,,D,4"), lines("o2,,E,5"))


@dataclass(frozen=True)
class Story:
    """A source: its YAML, its table, and the files that each run finds new or changed."""

    source: str
    table: str
    steps: tuple[dict[str, str], ...]
    end: set[tuple]
    last: int = 3
    """The run from which on conf does not have the source."""


def both_ways(name: str, source: str, table: str, files: tuple[str, ...], end: set[tuple]) -> dict[str, Story]:
    """The files 1, 2, … landed in turn, and the other way round. (The run from scratch reads them together.)"""
    named = [{str(number): content} for number, content in enumerate(files, start=1)]
    steps = {"in_turn": tuple(named), "reversed": tuple(reversed(named))}
    return {f"{name}_{way}": Story(source, table, of_way, end) for way, of_way in steps.items()}


SCOPED = BY_LINE + "replaces: [order_id]\n"
STORIES = {
    **both_ways("deleted", FORUM, "posts", (WRITTEN, GONE, WRITTEN + "\n"), set()),
    **both_ways("restored", FORUM, "posts", (EDITED, GONE, WRITTEN), {("1", "mended")}),
    **both_ways("scoped", SCOPED, "order_lines", (FULL_ORDER, SHORT_ORDER), {("o1", 1), ("o1", 2), ("o2", 1)}),
    **both_ways("left_out", ORDERS, "orders", (PAID, CANCELLED), {("o2", "b")}),
    **both_ways("left_out_and_back", ORDERS, "orders", (PAID, CANCELLED, PAID + "\n"), {("o1", "a"), ("o2", "b")}),
    **both_ways(
        "numbered",
        LINES.replace("NUMBER", "_ordinal"),
        "order_lines",
        PARTS,
        {("o1", 1, "A"), ("o1", 2, "B"), ("o1", 3, "C"), ("o2", 1, "D"), ("o2", 2, "E")},
    ),
    **both_ways("account", MICROBLOG, "profiles", ACCOUNT, {("7", "u7")}),
    "sent_again": Story(
        BY_LINE + "replaces: file\n",
        "order_lines",
        ({"a": lines("o1,1,A,1", "o1,2,B,2"), "b": lines("o2,1,C,3")}, {"a": lines("o1,1,A,1")}),
        {("o1", 1), ("o2", 1)},
    ),
    "sent_again_what_another_file_holds": Story(
        BY_LINE + "replaces: file\n",
        "order_lines",
        ({"a": lines("o1,1,A,1")}, {"b": lines("o1,1,B,1")}, {"b": lines("o2,1,C,3")}),
        {("o1", 1), ("o2", 1)},
    ),
    "sent_again_of_two_equal_files": Story(
        BY_LINE + "replaces: file\n",
        "order_lines",
        ({"a": lines("o1,1,A,1"), "b": lines("o1,1,A,1")}, {"a": lines("o9,1,B,1")}),
        {("o1", 1), ("o9", 1)},
    ),
    "sent_again_and_kept": Story(
        BY_LINE, "order_lines", ({"a": lines("o1,1,A,1", "o1,2,B,2")}, {"a": lines("o1,1,A,9")}), {("o1", 1), ("o1", 2)}
    ),
    "names": Story(
        CUSTOMERS,
        "customers",
        ({"c_10": csv("id,name", "1,new"), "v1.9": csv("id,name", "2,old")}, {"c_9": csv("id,name", "1,old")}),
        {("1", "new"), ("2", "old")},
    ),
    "dropped": Story(CUSTOMERS, "customers", ({"1": csv("id,name", "1,Ada")},), set(), last=1),
}
SHOWN = {
    "posts": ("post_id", "text"),
    "orders": ("order_id", "customer_id"),
    "customers": ("customer_id", "name"),
    "order_lines": ("order_id", "line_number"),
    "profiles": ("profile_id", "handle"),
}


@dataclass
class Landed:
    """The lake after three runs and one from scratch; notes and mistakes of row accounts of each, content before and after."""

    lake: Lake
    notes: list[list[str]] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    hashes: list[dict[str, tuple]] = field(default_factory=list)
    current: list[dict[str, set[tuple]]] = field(default_factory=list)


@pytest.fixture(scope="module")
def landed(tmp_path_factory, spark) -> Landed:
    root = tmp_path_factory.mktemp("current")
    found = Landed(Lake(root / "lake", lambda: spark))
    for step in range(4):
        sources = {}
        for name, story in STORIES.items():
            ending = "csv" if "format: csv" in story.source else "json"
            for file, content in (story.steps[step] if step < len(story.steps) else {}).items():
                write(root / name / f"{file}.{ending}", content, age=step)
            if (root / name).is_dir() and step < story.last + (story.last == 3):
                sources[name] = story.source.format(path=root / name / f"*.{ending}", channel=name)
        for path in (root / "conf" / "sources").glob("*.yaml"):
            path.unlink()
        report = good_run(settings.load(make_conf(root, sources)), found.lake, full=step == 3)
        found.notes.append(report.notes)
        found.mistakes += row_accounts.mistakes(found.lake)
        tables = sorted({f"silver.{story.table}" for story in STORIES.values()})
        found.hashes.append({table: found.lake.hash(table) for table in tables})
        found.current.append({name: current(found.lake, name, story) for name, story in STORIES.items()})
    return found


def write(path: Path, content: str, age: int) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    os.utime(path, (1_700_000_000 + age, 1_700_000_000 + age))


def current(lake: Lake, name: str, story: Story) -> set[tuple]:
    place = "channel" if "channel" in story.source else "source"
    width = max((len(row) for row in story.end), default=2)
    shown = (*SHOWN[story.table], "product_id")[:width] if story.table == "order_lines" else SHOWN[story.table]
    rows = lake.arrow(f"silver.{story.table}", where=f"{place} = '{name}'").to_pylist()
    return {tuple(row[column] for column in shown) for row in rows}


@pytest.mark.parametrize("name", STORIES)
def test_what_is_current_does_not_depend_on_the_order_of_landing(landed, name):
    assert landed.current[2][name] == STORIES[name].end


def test_a_run_from_scratch_ends_in_the_same_content(landed):
    assert landed.hashes[3] == landed.hashes[2]


def test_every_row_is_accounted_for_after_every_run(landed):
    assert landed.mistakes == []


def test_posts_of_an_account_that_came_back_are_back(landed):
    for way in ("in_turn", "reversed"):
        rows = landed.lake.arrow("silver.posts", where=f"channel = 'account_{way}'").to_pylist()
        assert {row["post_id"] for row in rows} == {"1", "2"}


def test_a_row_that_its_file_no_longer_has_is_said(landed):
    (note,) = (note for note in landed.notes[1] if note.startswith("sent_again_and_kept"))
    assert note.startswith("sent_again_and_kept: 1 rows of a.csv in silver.order_lines are not in it any more")


def test_what_conf_no_longer_maps_leaves_silver_and_its_accounts(landed):
    assert [found["dropped"] for found in landed.current] == [{("1", "Ada")}, set(), set(), set()]
    assert landed.lake.rows("ops.row_accounts", "source = 'dropped' and table_name = 'silver.customers'") == []
    assert landed.lake.count("bronze.dropped") == 1
