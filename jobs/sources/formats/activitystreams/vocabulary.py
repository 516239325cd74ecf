"""Types of objects, actors, collections and activities, in lower case, and what they are here."""

from __future__ import annotations

from typing import Any

from jobs.sources.loose import listed, scalar

POSTS = {
    "note": "post",
    "page": "post",
    "event": "post",
    "status": "post",
    "comment": "comment",
    "review": "review",
    "article": "article",
    "question": "question",
    "image": "media",
    "photo": "media",
    "video": "media",
    "audio": "media",
    "document": "media",
    "bookmark": "bookmark",
    "chatmessage": "message",
}
ACTORS = ("person", "organization", "service", "application", "group")
COLLECTIONS = ("collection", "orderedcollection", "collectionpage", "orderedcollectionpage")
ACTS = {
    "like": "reaction",
    "favorite": "reaction",
    "react": "reaction",
    "dislike": "reaction",
    "emojireact": "reaction",
    "announce": "share",
    "share": "share",
    "repost": "share",
    "follow": "follow",
}
UNDONE = {
    "unlike": "reaction",
    "unfavorite": "reaction",
    "unshare": "share",
    "stop-following": "follow",
    "unfollow": "follow",
}
READS = ("read", "view", "watch", "listen")
_OTHER_ACTS = (
    "invite",
    "join",
    "leave",
    "block",
    "flag",
    "ignore",
    "move",
    "arrive",
    "travel",
    "offer",
    "tentativeaccept",
    "tentativereject",
    "rsvp-yes",
    "rsvp-no",
    "rsvp-maybe",
    "rsvp-interested",
    "remove",
    "untag",
    "checkin",
    "give",
)
_CHANGES = ("create", "post", "update", "delete", "undo", "accept", "reject", "add", "tag")
VERBS = {*ACTS, *UNDONE, *READS, *_OTHER_ACTS, *_CHANGES}
_WITHOUT_ROWS = ("hashtag", "tag", "mention", "place", "link", "emoji", "propertyvalue", "relationship", "profile")
KNOWN = {*POSTS, *ACTORS, *COLLECTIONS, *VERBS, *_WITHOUT_ROWS, "tombstone", "activity"}


def type_of(value: dict[str, Any]) -> str:
    """Type of a thing, in lower case: the verb of an activity of 1.0; empty where it has none."""
    types = [one.lower() for one in listed(value.get("type")) if isinstance(one, str)]
    if types:
        return next((one for one in types if one in KNOWN), types[0])
    object_type = (scalar(value.get("objectType")) or "").lower().rsplit("/", 1)[-1]
    verb = (scalar(value.get("verb")) or "").lower().rsplit("/", 1)[-1]
    return verb if verb and object_type in ("", "activity") else object_type
