"""Items and feeds of JSON Feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jobs.sources import dates, payload
from jobs.sources.base import ParseError, SplitOptions
from jobs.sources.formats.feed.posts import Channel, Person, hash_of, is_media_type, of_post
from jobs.sources.loose import first, language, listed, things
from jobs.sources.social import Rows


def of_document(raw: bytes, context: str | None, options: SplitOptions) -> Rows:
    item = payload.json_object(raw, options)
    if context is None:
        feed, items = item, item.get("items")
    else:
        feed, items = payload.json_object(context.encode(), options), [item]
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version")):
        raise ParseError("not_this_format: not a JSON Feed: version does not name jsonfeed.org, or items are missing")
    channel = _channel(feed)
    for each in items:
        if not isinstance(each, dict):
            raise ParseError(f"not_this_format: expected an item, found {type(each).__name__}")
        yield from _item(each, channel)


def _channel(feed: dict[str, Any]) -> Channel:
    home = first(feed.get("home_page_url"))
    row = {
        "profile_id": first(home, feed.get("feed_url"), feed.get("title")),
        "display_name": first(feed.get("title")),
        "bio": first(feed.get("description")),
        "url": home,
        "language": language(feed.get("language")),
    }
    return Channel(row, tuple(_people(feed, Channel(row))))


def _people(value: dict[str, Any], channel: Channel) -> Iterator[Person]:
    for author in things(value.get("authors")) or things(value.get("author")):
        if person := channel.person(first(author.get("name")), first(author.get("url"))):
            yield person


def _item(item: dict[str, Any], channel: Channel) -> Rows:
    url = first(item.get("url"), item.get("external_url"))
    created_at = dates.text(first(item.get("date_published")))
    attachments = things(item.get("attachments"))
    title = first(item.get("title"))
    markup = payload.plain_text(first(*listed(item.get("content_html"))))
    text = first(*listed(item.get("content_text"))) or markup or first(item.get("summary"))
    post = {
        "post_id": first(item.get("id"), url) or hash_of(title, text, created_at),
        "title": title,
        "text": text,
        "url": url,
        "media": [
            item.get("image"),
            item.get("banner_image"),
            *(each.get("url") for each in attachments if is_media_type(first(each.get("mime_type")) or "")),
        ],
        "tags": item.get("tags"),
        "language": language(item.get("language")) or channel.row.get("language"),
        "created_at": created_at,
        "edited_at": dates.later(dates.text(first(item.get("date_modified"))), created_at),
        "parent_post_id": None,
    }
    yield from of_post(post, list(_people(item, channel)) or list(channel.authors), channel)
