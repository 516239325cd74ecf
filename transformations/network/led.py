"""Rises and falls of conversations, and who led them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from transformations.indicators.change_points import LEAST_LENGTH, change_points
from transformations.network.person_activity import TOPIC

_EPOCH = date(1970, 1, 1)
_MONDAY = 3  # day 4 after 1970-01-01, a Thursday, was a Monday: (day + 3) // 7 counts ISO weeks
LEADERS = 3

_SCHEMA = pa.schema(
    [
        ("topic", pa.string()),
        ("period", pa.string()),
        ("direction", pa.string()),
        ("mean_before", pa.float64()),
        ("mean_after", pa.float64()),
        ("persons_count", pa.int64()),
        ("leading_authority_class", pa.string()),
        ("leading_persons", pa.list_(pa.string())),
    ]
)


def conversation_changes(activity: pa.Table, classes: pa.Table) -> pa.Table:
    """Weeks in which a topic's posts rose or fell to a new level.

    Args:
        activity (gold.person_activity): person_id, kind, subject, acted_on, acts_count.
        classes: person_id, authority_class, of all time.
    Returns: one row per topic and week that begins a new level: topic, period (ISO week), direction (rise, fall), mean_before
        and mean_after (posts a week of the levels on either side), persons_count (persons with such posts in the first two
        weeks of a rise, the last two before a fall), leading_authority_class (of those weeks' posts the class whose share is
        most above its share of all posts on the topic, ties by class; null where no class is known), leading_persons (most
        posts in those weeks, ties by person_id). Weeks that the data cover in part, the first and the last, are left out.
    """
    said = activity.filter(pc.equal(activity["kind"], TOPIC)).select(["person_id", "subject", "acted_on", "acts_count"])
    day = said["acted_on"].cast(pa.int32()).to_numpy()
    if not len(day):
        return _SCHEMA.empty_table()
    first, last = (int(day.min()) + _MONDAY + 6) // 7, (int(day.max()) + _MONDAY + 1) // 7  # whole weeks: [first, last)
    posts = said.drop_columns(["acted_on"]).to_pandas().assign(week=(day + _MONDAY) // 7 - first)
    posts = posts[(posts["week"] >= 0) & (posts["week"] < last - first)]
    posts = posts.merge(classes.to_pandas(), how="left", on="person_id")
    rows = [
        row for topic, group in posts.groupby("subject") for row in _of_topic(str(topic), group, first, last - first)
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _of_topic(topic: str, posts: pd.DataFrame, first: int, weeks: int) -> list[dict[str, object]]:
    counts = np.bincount(posts["week"], weights=posts["acts_count"], minlength=weeks).astype(np.int64)
    places = change_points(counts)
    rows: list[dict[str, object]] = []
    for start, place, end in zip([0, *places], places, [*places[1:], weeks]):
        before, after = float(counts[start:place].mean()), float(counts[place:end].mean())
        is_rise = after > before
        among = range(place, place + LEAST_LENGTH) if is_rise else range(place - LEAST_LENGTH, place)
        led = posts[posts["week"].isin(among)]
        by_person = led.groupby("person_id")["acts_count"].sum().reset_index()
        by_person = by_person.sort_values(["acts_count", "person_id"], ascending=[False, True])
        year, week, _ = (_EPOCH + timedelta(days=(first + place) * 7 - _MONDAY)).isocalendar()
        rows.append(
            {
                "topic": topic,
                "period": f"{year}-W{week:02}",
                "direction": "rise" if is_rise else "fall",
                "mean_before": before,
                "mean_after": after,
                "persons_count": len(by_person),
                "leading_authority_class": _leading(led, posts),
                "leading_persons": by_person["person_id"].head(LEADERS).tolist(),
            }
        )
    return rows


def _leading(led: pd.DataFrame, posts: pd.DataFrame) -> str | None:
    share, overall = (
        of.groupby("authority_class")["acts_count"].sum() / max(1, of["acts_count"].sum()) for of in (led, posts)
    )
    above = (share - overall.reindex(share.index)).round(9)
    return None if above.empty else str(above.sort_index().idxmax())
