"""Reviews: schema.org Review objects (JSON-LD), or JSON lines of the shape below.

A line, all keys but review_id and created_at optional:

    {"review_id": "r1", "item_id": "SKU-1", "item_name": "Kettle", "rating": 8, "best_rating": 10, "worst_rating": 1,
     "title": "…", "text": "…", "author_id": "a7", "author_name": "…", "created_at": "2024-05-01T10:00:00Z",
     "edited_at": "…", "url": "…", "language": "en", "tags": ["sturdy"], "media": ["https://…"], "helpful_count": 3,
     "reply": {"reply_id": "r1-reply", "author_id": "shop", "author_name": "…", "text": "…", "created_at": "…"},
     "deleted_at": "…"}

| review | here |
|---|---|
| review | posts of kind review; its tag is the item's name |
| rating on its scale | rating, converted to five stars from other scales (best_rating, bestRating) |
| tags, keywords | taggings of the product (object_id is item_id, sku, gtin or address); without one, tags of the post |
| the owner's reply, schema.org comment | posts of kind comment |
| helpful_count, upvoteCount, likes counted by interactionStatistic | post_metrics: reactions |
| author | profiles |
| AggregateRating | not read: a mean over reviews is not a review |

Scales: on best = 10 and worst = 1, a rating r is 1 + 4 × (r - worst) / (best - worst); without a scale it is
unchanged (schema.org's default scale is 1 to 5). Reviews may be on their own, in `@graph`, or in the `review` of the
reviewed thing. The ID of a review without ID and address is the hash of author, item, time and text: an edited one is a
new review. Not reported: impressions, reach, clicks, shares, saves, views.

Source: schema.org Review, Rating, AggregateRating, InteractionCounter (version 28).
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

from jobs.sources import payload
from jobs.sources.base import DEFAULTS, ParseError, SplitOptions
from jobs.sources.loose import distinct, first, language, listed, thing, things
from jobs.sources.social import Rows, finished, measured, part, plain, refuse_what_is_no_answer
from jobs.sources.splitting.named import split_named as split

__all__ = ["parse", "split", "tables"]

tables = {
    "profiles": ("profile_id", "display_name", "url"),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "title",
        "text",
        "url",
        "media",
        "tags",
        "language",
        "created_at",
        "edited_at",
        "parent_post_id",
        "root_post_id",
        "rating",
        "deleted_at",
    ),
    "post_metrics": ("post_id", "observed_at", "reactions"),
    "taggings": ("tagging_id", "tagger_profile_id", "object_kind", "object_id", "tag", "created_at"),
}

_BEST, _WORST = 5.0, 1.0


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one review, or of one JSON-LD document."""
    value = payload.json_value(raw, options)
    if isinstance(value, list):
        for each in value:
            refuse_what_is_no_answer(each)
    else:
        refuse_what_is_no_answer(value)
    rows: list[tuple[str, dict[str, Any]]] = []
    is_known = False
    for each in things(value):
        if "review_id" in each:
            is_known = True
            rows.extend(_line(each))
        elif types := _types(each) | ({"@graph"} if "@graph" in each else set()):
            is_known = is_known or _is_about_reviews(each, types)
            rows.extend(_linked_data(each, None))
    if not is_known:
        raise ParseError("not_this_format: neither a review_id nor a schema.org Review")
    yield from finished(rows)


def _scaled(rating: Any, best: Any, worst: Any) -> str | None:
    """A rating converted to five stars; other values are passed on."""
    text = first(rating)
    try:
        value, high, low = float(text or ""), float(first(best) or _BEST), float(first(worst) or _WORST)
    except ValueError:
        return text
    if (high, low) == (_BEST, _WORST) or not high > low or not all(map(math.isfinite, (value, high, low))):
        return text
    return f"{_WORST + (_BEST - _WORST) * (value - low) / (high - low):.4g}"


# --- JSON lines -------------------------------------------------------------------------------------------------


def _line(review: dict[str, Any]) -> Rows:
    review_id, created_at = first(review.get("review_id")), first(review.get("created_at"))
    if first(review.get("deleted_at")):
        yield "posts", {"post_id": review_id, "deleted_at": review["deleted_at"]}
        return
    author, item = first(review.get("author_id"), review.get("author_name")), first(review.get("item_name"))
    product = first(review.get("item_id"), item)
    if author:
        yield "profiles", {"profile_id": author, "display_name": review.get("author_name")}
    yield (
        "posts",
        {
            "post_id": review_id,
            "kind": "review",
            "profile_id": author,
            "title": review.get("title"),
            "text": review.get("text"),
            "url": review.get("url"),
            "media": review.get("media"),
            "tags": [item or product] if product else distinct(review.get("tags")),
            "language": language(review.get("language")),
            "created_at": created_at,
            "edited_at": review.get("edited_at"),
            "root_post_id": review_id,
            "rating": _scaled(review.get("rating"), review.get("best_rating"), review.get("worst_rating")),
        },
    )
    seen_at = first(review.get("edited_at"), created_at)
    yield from measured("post_metrics", "post_id", review_id, seen_at, reactions=review.get("helpful_count"))
    yield from _taggings(review_id, author, product, distinct(review.get("tags")), created_at)
    reply = review.get("reply")
    if isinstance(reply, dict):
        by = first(reply.get("author_id"), reply.get("author_name"))
        if by:
            yield "profiles", {"profile_id": by, "display_name": reply.get("author_name")}
        content = {"profile_id": by, "text": reply.get("text"), "created_at": reply.get("created_at")}
        yield _reply(first(reply.get("reply_id")) or f"{review_id}:reply", review_id, content)


def _reply(reply_id: str, review_id: str | None, content: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    whose = {"post_id": reply_id, "kind": "comment", "parent_post_id": review_id, "root_post_id": review_id}
    return "posts", whose | content


def _taggings(review_id: str | None, author: str | None, product: str | None, tags: list[str], at: Any) -> Rows:
    for tag in tags:
        if product and review_id:
            given = {"tagging_id": f"{review_id}:{tag}", "tagger_profile_id": author, "tag": tag, "created_at": at}
            yield "taggings", {"object_kind": "product", "object_id": product, **given}


# --- JSON-LD ----------------------------------------------------------------------------------------------------


def _types(node: Any) -> set[str]:
    """Names of its types, without the prefix of the vocabulary."""
    return {name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in distinct(part(node, "@type"))}


def _is_review(node: Any) -> bool:
    return any(name.endswith("Review") for name in _types(node))


def _is_about_reviews(node: dict[str, Any], types: set[str]) -> bool:
    inside = [each for each in things(node.get("@graph")) if _is_about_reviews(each, _types(each))]
    return bool(_is_review(node) or "AggregateRating" in types or inside or node.keys() & {"review", "aggregateRating"})


def _linked_data(node: dict[str, Any], item: dict[str, Any] | None) -> Rows:
    """Reviews in a document; `item` is the reviewed thing."""
    if _is_review(node):
        yield from _review(node, thing(node.get("itemReviewed")) or item or {"name": first(node.get("itemReviewed"))})
    for each in things(node.get("@graph")):
        yield from _linked_data(each, None)
    for each in things(node.get("review")):
        yield from _linked_data(each if _types(each) else each | {"@type": "Review"}, node)


def _review(node: dict[str, Any], item: dict[str, Any]) -> Rows:
    created_at = first(node.get("datePublished"), node.get("dateCreated"))
    text = plain(first(node.get("reviewBody"), node.get("description"), node.get("text")))
    item_name = first(item.get("name"))
    product = first(*(item.get(name) for name in ("sku", "productID", "gtin13", "gtin", "@id", "url", "name")))
    author = _author(node)
    rating = thing(node.get("reviewRating")) or {"ratingValue": node.get("reviewRating")}
    key = "|".join(each or "" for each in (author.get("profile_id"), product, created_at, text))
    own = first(node.get("@id"), node.get("identifier"), node.get("url"))
    review_id = own or f"review:{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:32]}"
    yield from _profile(author)
    yield (
        "posts",
        {
            "post_id": review_id,
            "kind": "review",
            "profile_id": author.get("profile_id"),
            "title": first(node.get("headline"), node.get("name")),
            "text": text,
            "url": node.get("url"),
            "media": [first(part(each, "contentUrl"), part(each, "url"), each) for each in listed(node.get("image"))],
            "tags": [item_name or product] if product else _keywords(node),
            "language": language(node.get("inLanguage")),
            "created_at": created_at,
            "edited_at": node.get("dateModified"),
            "root_post_id": review_id,
            "rating": _scaled(rating.get("ratingValue"), rating.get("bestRating"), rating.get("worstRating")),
        },
    )
    seen_at = first(node.get("dateModified"), created_at)
    yield from measured("post_metrics", "post_id", review_id, seen_at, reactions=_likes(node))
    yield from _taggings(review_id, author.get("profile_id"), product, _keywords(node), created_at)
    for place, comment in enumerate(things(node.get("comment")), 1):
        by = _author(comment)
        yield from _profile(by)
        text = plain(first(comment.get("text"), comment.get("description")))
        at = first(comment.get("datePublished"), comment.get("dateCreated"))
        reply_id = first(comment.get("@id"), comment.get("url")) or f"{review_id}:reply:{place}"
        yield _reply(reply_id, review_id, {"profile_id": by.get("profile_id"), "text": text, "created_at": at})


def _author(node: dict[str, Any]) -> dict[str, str | None]:
    """A person or organisation; only a name where it has neither id nor address."""
    author = listed(node.get("author"))[:1] or [None]
    name = first(part(author[0], "name"), author[0])
    address = first(part(author[0], "@id"), part(author[0], "url"))
    return {"profile_id": address or name, "display_name": name, "url": first(part(author[0], "url"))}


def _profile(author: dict[str, str | None]) -> Rows:
    if author.get("profile_id"):
        yield "profiles", dict(author)


def _keywords(node: dict[str, Any]) -> list[str]:
    """A list, or one text with commas."""
    words = [word.strip() for text in distinct(node.get("keywords")) for word in text.split(",")]
    return distinct([word for word in words if word])


def _likes(node: dict[str, Any]) -> str | None:
    counters = things(node.get("interactionStatistic"))
    kinds = (
        (first(part(each, "interactionType", "@type"), each.get("interactionType")) or "", each) for each in counters
    )
    liked = (each.get("userInteractionCount") for kind, each in kinds if kind.endswith("LikeAction"))
    return first(node.get("upvoteCount"), *liked)
