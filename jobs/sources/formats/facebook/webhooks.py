"""Webhook notifications: changes of a page's feed."""

from __future__ import annotations

from typing import Any

from jobs.sources import dates, unmapped
from jobs.sources.formats.facebook.accounts import of_account
from jobs.sources.formats.facebook.posts import of_comment, of_post, of_review
from jobs.sources.loose import distinct, first, things
from jobs.sources.social import Rows, interaction, part

_POST_ITEMS = frozenset(("post", "status", "photo", "video", "share", "link", "album", "note", "event"))


def of_notification(value: dict[str, Any]) -> Rows:
    for entry in things(value["entry"]):
        unmapped.count("private messages", len(things(entry.get("messaging"))))
        for change in things(entry.get("changes")):
            what = change.get("value")
            if isinstance(what, dict):
                yield from _change(what, first(change.get("field")), entry)


def _change(what: dict[str, Any], field: str | None, entry: dict[str, Any]) -> Rows:
    """One change. Hidden and shown again changes nothing here; fields other than feed, mention, ratings are not read."""
    item, verb, page_id = first(what.get("item")), first(what.get("verb")), entry.get("id")
    at = dates.epoch(what.get("created_time")) or dates.epoch(entry.get("time"))
    notified_at = dates.epoch(entry.get("time")) or at
    by = what.get("from") or {"id": what.get("sender_id"), "name": what.get("sender_name")}
    by_id = first(part(by, "id"))
    if verb in ("hide", "unhide", "block", "unblock", "mute") or field not in ("feed", "mention", "ratings"):
        unmapped.count(f"notifications of {field}: {verb}" if verb else f"notifications of {field}")
        return
    if field == "mention":
        if verb != "remove":
            named_in = first(what.get("comment_id"), what.get("post_id"))
            yield from of_account(by)
            yield from interaction("mention", by_id, page_id, named_in, at)
    elif item in ("like", "reaction"):
        yield from _reaction(what, by, at, None if verb != "remove" else notified_at)
    elif item == "comment":
        if verb == "remove":
            yield "posts", {"post_id": what.get("comment_id"), "deleted_at": notified_at}
        else:
            yield from of_comment(
                _as_node(what, "comment_id", by, at, notified_at), what.get("parent_id"), what.get("post_id")
            )
    elif item == "rating":
        story = what.get("open_graph_story_id")
        reviewer = {"id": what.get("reviewer_id"), "name": what.get("reviewer_name")}
        if verb == "remove":
            yield "posts", {"post_id": story, "deleted_at": notified_at}
        else:
            yield from of_review(what | {"reviewer": reviewer, "created_time": at})
    elif item in _POST_ITEMS:
        if verb == "remove":
            yield "posts", {"post_id": what.get("post_id"), "deleted_at": notified_at}
        else:
            yield from of_post(_as_node(what, "post_id", by, at, notified_at))
    else:
        unmapped.count(f"notifications of {field}: {item}")


def _as_node(what: dict[str, Any], id_key: str, by: Any, at: Any, edited_at: Any) -> dict[str, Any]:
    """A change's value as an object of the Graph API."""
    is_media = what.get("item") in ("photo", "video", "album")
    node = {"id": what.get(id_key), "from": by, "created_time": at, "message": what.get("message")}
    node |= {"link": what.get("link"), "full_picture": what.get("photo"), "permalink_url": what.get("permalink_url")}
    if what.get("verb") in ("edit", "edited"):
        node["edit_actions"] = {"data": [{"edit_time": edited_at}]}
    pictures = [{"media": {"image": {"src": each}}} for each in distinct(what.get("photos"))]
    return node | {"attachments": {"data": pictures}, "type": what.get("item") if is_media else None}


def _reaction(what: dict[str, Any], by: Any, at: Any, removed_at: str | None) -> Rows:
    upon = first(what.get("comment_id"), what.get("post_id"))
    if not upon:
        return  # a like of the page itself
    owner = upon.partition("_")[0] if "comment_id" not in what and "_" in upon else None
    yield from of_account(by)
    for table, row in interaction("reaction", part(by, "id"), owner, upon, at):
        if removed_at:
            yield table, {"interaction_id": row["interaction_id"], "deleted_at": removed_at}
        else:
            yield table, row
