"""A scheduler runs stage by stage with --as-of: the tables are those of one run of everything."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from runs import HEADER, SHOP, make_conf

from jobs import settings as conf
from jobs.job import STAGES
from jobs.lake.tables import Lake
from jobs.runner.execution import Choice, execute

pytestmark = pytest.mark.slow

NOW = datetime(2025, 4, 2, 6, tzinfo=UTC)
AS_OF = datetime(2025, 3, 31, 23, tzinfo=UTC)  # 1 April in London's summer
FORUM = """
kind: social
format: json
path: {path}
channel: forum
service_type: forum
tables:
  posts: {{columns: {{post_id: id, kind: "'question'", profile_id: author, text: text, created_at: at}}}}
  profiles: {{one_row_per: [profile_id], columns: {{profile_id: author}}}}
"""
DAYS = ("2025-02-28", "2025-03-10", "2025-03-31", "2025-04-01")


def test_stages_with_as_of_give_the_tables_of_one_run(tmp_path, spark):
    lines = [f"{n},a1,2,{day} 09:00:00,1.50,c{n % 2},UK\n" for n, day in enumerate(DAYS, start=1)]
    lines.append("9,a1,0,2025-03-10 09:00:00,1.50,c1,UK\n")  # a quantity of 0 is refused
    (tmp_path / "shop.csv").write_text(HEADER + "".join(lines))
    posts = [{"id": day, "author": "ada", "text": "My Alder kettle leaks", "at": f"{day}T10:00:00Z"} for day in DAYS]
    (tmp_path / "forum.json").write_text("".join(json.dumps(post) + "\n" for post in posts))
    company = "name: Alder\nas_of: data\ntimezone: Europe/London\nbrands: [Alder]\n"
    sources = {"shop": SHOP.format(path=tmp_path / "shop.csv"), "forum": FORUM.format(path=tmp_path / "forum.json")}
    lakes = []
    for name, calls in (("at_once", [()]), ("by_stage", [(stage,) for stage in STAGES])):
        settings = conf.load(make_conf(tmp_path / name, sources, company))
        lake = Lake(settings.base.lake.root, lambda: spark)
        for stages in calls:
            report = execute(settings, Choice(stages=stages, as_of=AS_OF), clock=lambda: NOW, lake=lake)
            assert (report.exit_code, report.message, report.as_of) == (0, "", "2025-03-31T23:00:00+00:00")
        lakes.append(lake)
    once, by_stage = lakes
    names = [name for layer in ("silver", "gold", "quarantine") for name in once.names(layer)]
    assert names == [name for layer in ("silver", "gold", "quarantine") for name in by_stage.names(layer)]
    assert {"silver.orders", "gold.indicator_values", "gold.customer_value", "quarantine.order_lines"} <= set(names)
    assert {name: once.hash(name) for name in names} == {name: by_stage.hash(name) for name in names}

    values = by_stage.rows("gold.indicator_values", "dimension = 'all' and known_to is null")
    periods = {
        (row["grain"], row["period_start"]): row["is_final"] for row in values if row["indicator_id"] == "volume"
    }
    assert periods["all", date(1970, 1, 1)] is False
    months = {start: final for (grain, start), final in periods.items() if grain == "month"}
    # A record may be 30 days late; months to date are there, too.
    assert months == {date(2025, 2, 1): True, date(2025, 3, 1): False, date(2025, 4, 1): False}
    whole = {row["indicator_id"]: row["value"] for row in values if row["grain"] == "all"}
    assert whole["quarantined_rows"] == 1
    assert whole["quarantine_age_days"] == 0
    assert whole["linked_customer_ratio"] == 0
