"""Flickr: answers of the REST API in JSON, with or without the `jsonFlickrApi(…)` around them.

| Flickr | here |
|---|---|
| photos.getInfo, photos.search, photosets, favorites.getList and other lists of photos | posts of kind media |
| a photo's tags, machine tags left out | tags of the post, and taggings of it with the account that set each (getInfo) |
| photos.comments.getList | posts of kind comment, parent and root are the photo |
| photos.getFavorites | interactions of kind reaction |
| photos.people.getList | interactions of kind tag, from the one who added the person |
| people.getInfo, contacts.getList | profiles (posts_count is the photos) |

post_metrics: views and comments of a photo, observed at its last update; reactions are the favorites, observed at the
newest one listed. Not reported: impressions, reach, clicks, shares, saves; followers; edits (lastupdate changes with
every view and tag); deletions. Times are seconds since 1970; `taken` is the camera's and is not read.
Addresses are composed as Flickr documents them: flickr.com/photos/<owner>/<id>/ and
live.staticflickr.com/<server>/<id>_<secret>_b.jpg. A list of people does not include its photo, unless the exporter
adds photo_id and a time; without a time its rows are refused.

Source: Flickr API documentation (flickr.photos.*, flickr.people.*, flickr.favorites.*), "URLs" page.
"""

from __future__ import annotations

import re
from typing import Any

from jobs.sources import dates, payload
from jobs.sources.base import DEFAULTS, ParseError, SplitOptions
from jobs.sources.loose import distinct, first, things
from jobs.sources.social import Rows, finished, interaction, measured, part, plain, refuse_what_is_no_answer
from jobs.sources.splitting.named import split_named as split

__all__ = ["parse", "split", "tables"]

tables = {
    "profiles": ("profile_id", "handle", "display_name", "bio", "url", "location", "posts_count"),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "title",
        "text",
        "url",
        "media",
        "tags",
        "created_at",
        "parent_post_id",
        "root_post_id",
        "deleted_at",
    ),
    "post_metrics": ("post_id", "observed_at", "reactions", "comments", "views"),
    "interactions": ("interaction_id", "actor_profile_id", "target_profile_id", "post_id", "kind", "created_at"),
    "taggings": ("tagging_id", "tagger_profile_id", "object_kind", "object_id", "tag", "created_at"),
}

_WRAPPED = re.compile(rb"^\s*jsonFlickrApi\((.*)\)\s*;?\s*$", re.DOTALL)
_PHOTO_LISTS = ("photos", "photoset")


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one answer of the API."""
    if wrapped := _WRAPPED.match(raw):
        raw = wrapped[1]
    yield from finished(_any(payload.json_value(raw, options)))


def _any(value: Any) -> Rows:
    if isinstance(value, list) and value:
        for each in value:
            yield from _any(each)
        return
    refuse_what_is_no_answer(value)
    photo = value.get("photo")
    lists = [value[name] for name in _PHOTO_LISTS if isinstance(value.get(name), dict)]
    if isinstance(photo, dict) and "person" in photo:
        yield from _favorites(photo)
    elif isinstance(photo, dict):
        yield from _photo(photo)
    elif isinstance(value.get("comments"), dict) and "photo_id" in value["comments"]:
        yield from _comments(value["comments"])
    elif isinstance(value.get("person"), dict):
        yield from _account(value["person"])
    elif isinstance(value.get("people"), dict):
        yield from _people(value["people"], value["people"].get("photo_id"), value["people"].get("date"))
    elif isinstance(value.get("contacts"), dict):
        for each in things(value["contacts"].get("contact")):
            yield from _account(each)
    elif lists:
        for found in lists:
            for each in things(found.get("photo")):
                owner = {"owner": found.get("owner"), "ownername": found.get("ownername")}
                yield from _photo(owner | each)
    elif "id" in value and "secret" in value:
        yield from _photo(value)
    else:
        raise ParseError("not_this_format: not an answer of Flickr's API that is supported")


def _said(value: Any) -> str | None:
    """Values are texts, or objects with the text in _content."""
    return first(part(value, "_content"), value)


def _account(account: Any) -> Rows:
    nsid = first(part(account, "nsid"), part(account, "id"))
    if not nsid:
        return
    handle = _said(account.get("username"))
    path = first(account.get("path_alias"))
    yield (
        "profiles",
        {
            "profile_id": nsid,
            "handle": handle,
            "display_name": _said(account.get("realname")) or handle,
            "bio": plain(_said(account.get("description"))),
            "url": _said(account.get("profileurl")) or (f"https://www.flickr.com/people/{path}/" if path else None),
            "location": _said(account.get("location")),
            "posts_count": _said(part(account, "photos", "count")),
        },
    )


def _owner(photo: dict[str, Any]) -> dict[str, Any]:
    owner = photo.get("owner")
    if isinstance(owner, dict):
        return owner
    named = {"username": photo.get("ownername"), "realname": photo.get("realname")}
    return {"nsid": owner, "path_alias": photo.get("pathalias"), **named}


def _photo(photo: dict[str, Any]) -> Rows:
    photo_id, owner = first(photo.get("id")), _owner(photo)
    owner_id = first(owner.get("nsid"))
    uploaded = (part(photo, "dates", "posted"), photo.get("dateuploaded"), photo.get("dateupload"))
    created_at = dates.epoch(first(*uploaded))
    updated_at = dates.epoch(first(part(photo, "dates", "lastupdate"), photo.get("lastupdate")))
    given = photo.get("tags")
    listed = [tag for tag in things(part(given, "tag")) if first(tag.get("machine_tag")) not in ("1", "true")]
    yield from _account(owner)
    yield (
        "posts",
        {
            "post_id": photo_id,
            "kind": "media",
            "profile_id": owner_id,
            "title": plain(_said(photo.get("title"))),
            "text": plain(_said(photo.get("description"))),
            "url": _page_address(photo, owner),
            "media": _file_addresses(photo),
            "tags": [first(tag.get("raw"), tag.get("_content")) for tag in listed] or (first(given) or "").split(),
            "created_at": created_at,
            "root_post_id": photo_id,
        },
    )
    yield from measured(
        "post_metrics",
        "post_id",
        photo_id,
        updated_at or created_at,
        comments=first(part(photo, "comments", "_content"), photo.get("count_comments")),
        views=photo.get("views"),
        reactions=photo.get("count_faves"),
    )
    for tag in listed:
        text = first(tag.get("raw"), tag.get("_content"))
        if text:
            if first(tag.get("author")):
                yield from _account({"nsid": tag["author"], "username": tag.get("authorname")})
            yield (
                "taggings",
                {
                    "tagging_id": first(tag.get("id")) or f"{first(tag.get('author'))}:{photo_id}:{text}",
                    "tagger_profile_id": tag.get("author"),
                    "object_kind": "post",
                    "object_id": photo_id,
                    "tag": text,
                },
            )
    if isinstance(photo.get("people"), dict):
        yield from _people(photo["people"], photo_id, created_at)


def _page_address(photo: dict[str, Any], owner: dict[str, Any]) -> str | None:
    for url in things(part(photo, "urls", "url")):
        if url.get("type") == "photopage":
            return _said(url)
    who, photo_id = first(owner.get("path_alias"), owner.get("nsid")), first(photo.get("id"))
    return f"https://www.flickr.com/photos/{who}/{photo_id}/" if who and photo_id else None


def _file_addresses(photo: dict[str, Any]) -> list[str]:
    given = first(*(photo.get(f"url_{size}") for size in ("o", "k", "h", "l", "c", "z", "m")))
    parts = [first(photo.get(name)) for name in ("server", "id", "secret")]
    composed = "https://live.staticflickr.com/{}/{}_{}_b.jpg".format(*parts) if all(parts) else None
    return distinct([given or composed])


def _comments(comments: dict[str, Any]) -> Rows:
    photo_id = comments.get("photo_id")
    for comment in things(comments.get("comment")):
        yield from _account(
            {
                "nsid": comment.get("author"),
                "username": comment.get("authorname"),
                "realname": comment.get("realname"),
                "path_alias": comment.get("path_alias"),
            }
        )
        yield (
            "posts",
            {
                "post_id": comment.get("id"),
                "kind": "comment",
                "profile_id": comment.get("author"),
                "text": plain(_said(comment)),
                "url": comment.get("permalink"),
                "created_at": dates.epoch(first(comment.get("datecreate"))),
                "parent_post_id": photo_id,
                "root_post_id": photo_id,
            },
        )


def _favorites(photo: dict[str, Any]) -> Rows:
    photo_id, owner_id = photo.get("id"), first(part(photo, "owner", "nsid"), photo.get("owner"))
    times = []
    for person in things(photo.get("person")):
        at = dates.epoch(first(person.get("favedate")))
        times.append(at)
        yield from _account(person)
        yield from interaction("reaction", person.get("nsid"), owner_id, photo_id, at)
    yield from measured("post_metrics", "post_id", photo_id, dates.latest(times), reactions=photo.get("total"))


def _people(people: dict[str, Any], photo_id: Any, at: Any) -> Rows:
    """People on a photo. The account that added a person is the tagger."""
    for person in things(people.get("person")):
        yield from _account(person)
        yield from _account({"nsid": person.get("added_by")})
        yield from interaction("tag", person.get("added_by"), person.get("nsid"), photo_id, dates.epoch(first(at)))
