"""Insights of posts and pages: metrics."""

from __future__ import annotations

from typing import Any

from jobs.sources.loose import first, things
from jobs.sources.social import Rows, measured, part

_METRICS = {
    "post_impressions": "impressions",
    "post_impressions_unique": "reach",
    "post_clicks": "clicks",
    "post_video_views": "views",
}


def lifetime(node: dict[str, Any]) -> dict[str, Any]:
    """Lifetime insights of a post."""
    found = things(part(node, "insights", "data"))
    return {
        _METRICS[name]: part(each, "values", -1, "value")
        for each in found
        if (name := first(each.get("name"))) in _METRICS and each.get("period") == "lifetime"
    }


def of_insight(node: dict[str, Any]) -> Rows:
    """One insight of a post or page, one value per time. Its id is `<object>/insights/<name>/<period>`."""
    of, name = (first(node.get("id")) or "").split("/", 1)[0] or None, first(node.get("name"))
    for each in things(node.get("values")):
        if name in _METRICS and node.get("period") == "lifetime":
            yield from measured(
                "post_metrics", "post_id", of, each.get("end_time"), **{_METRICS[name]: each.get("value")}
            )
        elif name == "page_follows":
            followers = {"followers_count": each.get("value")}
            yield from measured("profile_metrics", "profile_id", of, each.get("end_time"), **followers)
