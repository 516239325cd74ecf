from datetime import UTC, date, datetime

import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from transformations.indicators.diffusion import CASCADES, CHANGE_COLUMNS, daily_cascades, diffusion_indicators

NO_CHANGES = pa.schema([(name, pa.string()) for name in CHANGE_COLUMNS]).empty_table()


def _changes(*rows: tuple) -> pa.Table:
    names = dict(zip(CHANGE_COLUMNS, zip(*rows, strict=True), strict=True))
    return pa.table({name: pa.array(values, pa.string()) for name, values in names.items()})


def test_depth_and_width_are_means_over_cascades_by_the_day_of_the_first_post(frame, by_group) -> None:
    def cascade(root: str, day: int, depth: int, width: int, **more: object) -> dict:
        at = datetime(2026, 3, day, 23, 30, tzinfo=UTC)  # the next day in Berlin
        return {"root_post_id": root, "started_at": at, "depth": depth, "width": width} | more

    cascades = frame(
        "gold.cascades", cascade("1", 1, 1, 4), cascade("2", 1, 4, 2), cascade("3", 2, 1, 1, channel="blog")
    )
    daily = pa.table(daily_cascades(cascades, "Europe/Berlin").toArrow()).cast(CASCADES)
    rows = by_group(diffusion_indicators(daily, NO_CHANGES, follows_topics=False))
    depth = rows["cascade_depth", "all", None, "all", "all"]
    assert (depth["numerator"], depth["denominator"], depth["value"]) == (6, 3, 2.0)
    assert rows["cascade_depth", "day", "03-02", "all", "all"]["value"] == 2.5
    assert rows["cascade_width", "day", "03-03", "channel", "blog"]["value"] == 1.0
    assert rows["cascade_width", "month", "03-01", "channel", "forum"]["value"] == 3.0
    assert not [key for key in rows if key[0] == "authority_changes"]  # nobody writes on a topic


def test_changes_are_counted_that_class_a_or_b_led(by_group) -> None:
    changes = _changes(
        ("espresso", "2026-W10", "A"),
        ("espresso", "2026-W15", "C"),
        ("filter", "2026-W10", "B"),
        ("filter", "2026-W12", None),
    )
    rows = by_group(diffusion_indicators(CASCADES.empty_table(), changes, follows_topics=True))
    total = rows["authority_changes", "all", None, "all", "all"]
    assert (total["value"], total["observations_count"], total["coverage_ratio"]) == (2.0, 4, 0.75)
    assert rows["authority_changes", "week", "03-02", "all", "all"]["value"] == 2.0
    assert rows["authority_changes", "month", "04-01", "topic", "espresso"]["value"] == 0.0
    unknown = rows["authority_changes", "week", "03-16", "topic", "filter"]
    assert unknown["value"] is None
    assert "no person has an authority class" in unknown["missing_reason"]


def test_topics_that_never_changed_had_no_change(totals) -> None:
    assert totals(diffusion_indicators(CASCADES.empty_table(), NO_CHANGES, follows_topics=True)) == {
        "authority_changes": 0.0
    }


cascades = st.lists(
    st.tuples(
        st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.sampled_from("ab"), st.integers(1, 9), st.integers(1, 9)
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=15, deadline=None)
@given(cascades)
def test_random_cascades_agree_with_pandas(found) -> None:
    daily = pd.DataFrame(found, columns=["day", "channel", "steps", "widest"]).assign(cascades=1)
    rows = diffusion_indicators(
        pa.Table.from_pandas(daily, preserve_index=False).select(CASCADES.names).cast(CASCADES),
        NO_CHANGES,
        follows_topics=False,
    )
    frame = rows.to_pandas().query("grain == 'month' and dimension == 'channel'")
    month = pd.to_datetime(daily["day"]).dt.to_period("M").dt.start_time.dt.date
    means = daily.groupby([month, "channel"])[["steps", "widest"]].mean()
    for column, indicator in (("steps", "cascade_depth"), ("widest", "cascade_width")):
        its = frame[frame["indicator_id"] == indicator].set_index(["period_start", "dimension_value"])["value"]
        assert its.to_dict() == means[column].to_dict()
