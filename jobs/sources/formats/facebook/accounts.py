"""Users, pages and groups: profiles."""

from __future__ import annotations

from typing import Any

from jobs.sources.loose import first
from jobs.sources.social import Rows, part


def of_account(node: Any) -> Rows:
    if not first(part(node, "id")):
        return
    place = node.get("location")
    yield (
        "profiles",
        {
            "profile_id": node["id"],
            "handle": node.get("username"),
            "display_name": node.get("name"),
            "bio": first(node.get("about"), node.get("bio"), node.get("description")),
            "url": first(node.get("link"), node.get("website")),
            "location": first(part(place, "name"), part(place, "city")) if isinstance(place, dict) else place,
            "language": (first(node.get("locale")) or "")[:2],
            "followers_count": node.get("followers_count"),
            "is_verified": first(node.get("is_verified"), node.get("verified")),
        },
    )
