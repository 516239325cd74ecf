"""Late records restate the periods that they touch, and no others; a backfilled window leaves the rest alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from jobs.lake import row_accounts

pytestmark = pytest.mark.slow

FORUM = """
kind: social
format: json
path: {path}
channel: forum
service_type: forum
deletes: tombstones
tables:
  posts:
    columns: {{post_id: id, kind: "'question'", profile_id: author, text: text, created_at: at, deleted_at: deleted}}
"""
JOBS = ("land", "social", "derived_interactions", "post_enrichments", "persons", "indicator_values")
LAST = datetime(2025, 3, 20, 12, tzinfo=UTC)


def post(id_: str, at: datetime) -> str:
    return f'{{"id": "{id_}", "author": "a{id_}", "text": "My Alder kettle leaks", "at": "{at.isoformat()}"}}\n'


def periods(lake, now: datetime) -> set[tuple[str, date]]:
    """Periods of the volume that this run learned."""
    rows = lake.rows("gold.indicator_values", "indicator_id = 'volume' and dimension = 'all'")
    return {(row["grain"], row["period_start"]) for row in rows if row["known_from"] == now}


def test_late_posts_restate_their_day_week_and_month_and_nothing_else(tmp_path, write_conf, run_conf):
    folder = tmp_path / "in"
    folder.mkdir()
    days = [LAST - timedelta(days=days) for days in (0, 1, 2, 3, 8, 15, 30, 31)]
    (folder / "a.json").write_text("".join(post(str(place), at) for place, at in enumerate(days)))
    conf = write_conf(
        {"forum": FORUM.format(path=folder / "*.json")}, company="name: Alder\nas_of: data\nbrands: [Alder]\n"
    )
    now = datetime(2025, 4, 1, tzinfo=UTC)
    report, lake = run_conf(conf, jobs=JOBS, now=now)
    assert (report.exit_code, report.message) == (0, "")
    assert len({period for grain, period in periods(lake, now) if grain == "day"}) == 8

    late = [LAST - timedelta(hours=1), LAST - timedelta(days=3), LAST - timedelta(days=30)]
    (folder / "b.json").write_text("".join(post(f"late{place}", at) for place, at in enumerate(late)))
    now += timedelta(days=1)
    report, _ = run_conf(conf, jobs=JOBS, now=now)
    assert report.exit_code == 0
    assert periods(lake, now) == {
        ("all", date(1970, 1, 1)),
        ("day", date(2025, 3, 20)),
        ("day", date(2025, 3, 17)),
        ("day", date(2025, 2, 18)),
        ("week", date(2025, 3, 17)),
        ("week", date(2025, 2, 17)),
        ("month", date(2025, 3, 1)),
        ("month", date(2025, 2, 1)),
    }
    (total,) = lake.rows(
        "gold.indicator_values", "indicator_id = 'volume' and dimension = 'all' and grain = 'all' and known_to is null"
    )
    assert total["value"] == 11
    assert row_accounts.mistakes(lake) == []

    # A deletion takes the post out of everything that was derived from it.
    (folder / "b2.json").write_text('{"id": "late2", "deleted": "2025-03-25T00:00:00Z"}\n')
    now += timedelta(days=1)
    report, _ = run_conf(conf, jobs=JOBS, now=now)
    assert report.exit_code == 0
    assert {period for grain, period in periods(lake, now) if grain == "day"} == {date(2025, 2, 18)}
    assert not lake.rows("silver.post_enrichments", "post_id = 'late2'")
    (total,) = lake.rows(
        "gold.indicator_values", "indicator_id = 'volume' and dimension = 'all' and grain = 'all' and known_to is null"
    )
    assert total["value"] == 10

    # The same days once more, as one window: nothing outside of it is written.
    held = {
        row["period_start"]: row for row in lake.rows("gold.indicator_values", "known_to is null and grain = 'day'")
    }
    now += timedelta(days=1)
    window = {"start": datetime(2025, 2, 17, tzinfo=UTC), "end": datetime(2025, 2, 24, tzinfo=UTC)}
    (folder / "c.json").write_text(
        post("outside", LAST - timedelta(days=8)) + post("inside", LAST - timedelta(days=30))
    )
    report, _ = run_conf(conf, jobs=JOBS, now=now, **window)
    assert report.exit_code == 0
    known = periods(lake, now)
    assert {period for grain, period in known if grain == "day"} == {date(2025, 2, 18)}
    after = {
        row["period_start"]: row for row in lake.rows("gold.indicator_values", "known_to is null and grain = 'day'")
    }
    assert after[date(2025, 3, 12)] == held[date(2025, 3, 12)]

    # What landed day by day is what all of it at once gives: a run of everything changes nothing.
    run_conf(conf, jobs=JOBS, now=now)
    tables = ("silver.posts", "silver.post_enrichments", "gold.indicator_values")
    held = {name: lake.hash(name) for name in tables}
    report, _ = run_conf(conf, jobs=JOBS, now=now, full=True)
    assert report.exit_code == 0
    assert {name: lake.hash(name) for name in tables} == held
