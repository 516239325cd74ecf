"""Discourse: answers of its JSON API and the bodies of its webhooks.

Read: /t/ID.json, /posts.json, /posts/ID.json, /latest.json, /u/NAME.json, /user_actions.json; webhooks post, topic,
user, like, solved.

| Discourse | here |
|---|---|
| user | profiles; IDs below 0 are bots |
| post of a topic; its first post | posts, `<topic>/<number>`, as Discourse addresses them; the first has title and tags |
| first post where answers can be accepted | kind question; else post |
| other posts | kind answer to a question, comment to a reply or in a topic without question |
| accepted_answer (Solved plugin) | accepted_answer_id of the question, is_accepted_answer of the answer |
| like; mention, solution (user_actions) | interactions of kind reaction; mention, accept |
| likes (actions_summary 2) or the Reactions plugin's users; reply_count; reads | post_metrics: reactions; comments; reach |
| a topic's views; posts_count - 1 | post_metrics of its first post: views; comments, as of last_posted_at |
| deleted_at, user_deleted; hidden (flagged by the community) | the key and deleted_at |

The number of a post is used instead of its ID because answers refer to the post that they answer by number. A post that
is moved to another topic is a new one there. Not reported: impressions, clicks, shares, saves; followers.
A like's webhook has no time: the post's last change is used. Not read: private messages, whispers, notices of the
system (small actions), chat. Lists of topics have no text: only metrics and profiles are read.

Source: docs.discourse.org (API), serializers of Discourse 2.8 to 3.3 (post, topic_view, web_hook_*), plugin
discourse-solved.
"""

from __future__ import annotations

from typing import Any

from jobs.sources import dates, payload, unmapped
from jobs.sources.base import DEFAULTS, ParseError, SplitOptions
from jobs.sources.loose import distinct, first, language, thing, things
from jobs.sources.social import Rows, answers, finished, interaction, measured, part, plain
from jobs.sources.splitting.named import split_named as split

__all__ = ["parse", "split", "tables"]

tables = {
    "profiles": (
        "profile_id",
        "handle",
        "display_name",
        "bio",
        "url",
        "location",
        "language",
        "email",
        "posts_count",
        "is_bot",
        "created_at",
    ),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "title",
        "text",
        "tags",
        "language",
        "created_at",
        "edited_at",
        "parent_post_id",
        "root_post_id",
        "accepted_answer_id",
        "is_accepted_answer",
        "deleted_at",
    ),
    "post_metrics": ("post_id", "observed_at", "reach", "reactions", "comments", "views"),
    "interactions": ("interaction_id", "actor_profile_id", "target_profile_id", "post_id", "kind", "created_at"),
}

_LIKE = "2"
_PRIVATE = "private messages"
_USER_ACTIONS = {"1": "reaction", "2": "reaction", "7": "mention", "15": "accept"}  # liked, was liked, … solved
_NOT_READ = frozenset(
    (
        "ping",
        "category",
        "group",
        "tag",
        "notification",
        "reviewable",
        "chat_message",
        "user_badge",
        "group_user",
        "category_experts",
        "user_promoted",
    )
)
_NOT_PUBLIC = ("3", "4")  # small action, whisper


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one answer, or of one webhook's body."""
    yield from finished(_any(payload.json_value(raw, options)))


def _any(value: Any) -> Rows:
    for each in answers(value):
        yield from _answer(each)


def _answer(value: dict[str, Any]) -> Rows:
    if "post_stream" in value:
        yield from _topic(value)
    elif "latest_posts" in value:
        for post in things(value["latest_posts"]):
            yield from _post(post)
    elif "topic_list" in value:
        for user in things(value.get("users")):
            yield from _user(user)
        for topic in things(part(value, "topic_list", "topics")):
            yield from _listed_topic(topic)
    elif "user_actions" in value:
        for action in things(value["user_actions"]):
            yield from _action(action)
    elif isinstance(value.get("like"), dict):
        yield from _like(value["like"])
    elif isinstance(value.get("solved"), dict):
        yield from _post(value["solved"], is_accepted=True)
    elif isinstance(value.get("post"), dict):
        yield from _post(value["post"])
    elif isinstance(value.get("topic"), dict):
        yield from _listed_topic(value["topic"])
    elif isinstance(value.get("user"), dict):
        yield from _user(value["user"])
    elif "post_number" in value:
        yield from _post(value)
    elif "username" in value and "id" in value:
        yield from _user(value)
    elif "posts_count" in value and "id" in value:
        yield from _listed_topic(value)
    elif left := value.keys() & _NOT_READ:
        unmapped.count(f"answers {min(left)}")
    else:
        raise ParseError("not_this_format: not an answer or webhook of Discourse that is supported")


def _user(user: Any) -> Rows:
    user_id = first(part(user, "id"))
    if not user_id:
        return
    yield (
        "profiles",
        {
            "profile_id": user_id,
            "handle": user.get("username"),
            "display_name": first(user.get("name"), user.get("display_username"), user.get("username")),
            "bio": first(user.get("bio_raw")) or plain(user.get("bio_cooked")),
            "url": user.get("website"),
            "location": user.get("location"),
            "language": language(user.get("locale")),
            "email": user.get("email"),
            "posts_count": user.get("post_count"),
            "is_bot": "true" if user_id.startswith("-") else None,
            "created_at": user.get("created_at"),
        },
    )


def _address(topic_id: Any, number: Any) -> str | None:
    topic_id, number = first(topic_id), first(number)
    return f"{topic_id}/{number}" if topic_id and number else None


def _topic(topic: dict[str, Any]) -> Rows:
    """A topic with its posts."""
    if topic.get("archetype") == "private_message":
        unmapped.count(_PRIVATE, len(things(part(topic, "post_stream", "posts"))) or 1)
        return
    yield from _user(part(topic, "details", "created_by"))
    posts = things(part(topic, "post_stream", "posts"))
    accepted = part(topic, "accepted_answer", "post_number")
    can_accept = (bool(post.get("can_accept_answer") or post.get("accepted_answer")) for post in posts)
    is_question = accepted is not None or any(can_accept)
    for post in posts:
        completed = {"topic_id": topic.get("id"), "topic_title": topic.get("title")} | post
        is_accepted = accepted is not None and first(post.get("post_number")) == first(accepted)
        yield from _post(completed, topic, is_question=is_question, is_accepted=is_accepted, accepted=accepted)


def _listed_topic(topic: dict[str, Any]) -> Rows:
    """A topic without its posts: its metrics, or its deletion."""
    if topic.get("archetype") == "private_message":
        unmapped.count(_PRIVATE)
        return
    post_id = _address(topic.get("id"), "1")
    if deleted_at := first(topic.get("deleted_at")):
        yield "posts", {"post_id": post_id, "deleted_at": deleted_at}
        return
    yield from _user(topic.get("created_by"))
    counts = {"views": topic.get("views"), "comments": _answers(topic)}
    yield from measured("post_metrics", "post_id", post_id, _last_at(topic), **counts)


def _last_at(topic: dict[str, Any]) -> str | None:
    return first(topic.get("last_posted_at"), topic.get("bumped_at"), topic.get("created_at"))


def _answers(topic: dict[str, Any]) -> str | None:
    """Posts under the first one: its reply_count is of those alone who pressed reply there."""
    count = first(topic.get("posts_count"), topic.get("topic_posts_count")) or ""
    return str(max(0, int(count) - 1)) if count.isdecimal() else None


def _post(
    post: dict[str, Any],
    topic: dict[str, Any] | None = None,
    *,
    is_question: bool = False,
    is_accepted: bool = False,
    accepted: Any = None,
) -> Rows:
    topic, number = topic or {}, first(post.get("post_number"))
    post_id, changed_at = _address(post.get("topic_id"), number), first(post.get("updated_at"), post.get("created_at"))
    if first(post.get("post_type")) in _NOT_PUBLIC or post.get("topic_archetype") == "private_message":
        unmapped.count("posts that are not public, or notices of the system")
        return
    unmapped.count("polls (their options and votes)", len(things(post.get("polls"))))
    if first(post.get("deleted_at")) or post.get("user_deleted") is True or post.get("hidden") is True:
        yield "posts", {"post_id": post_id, "deleted_at": first(post.get("deleted_at"), changed_at)}
        return
    author = {"id": post.get("user_id"), "username": post.get("username"), "name": post.get("name")}
    yield from _user(author | {"display_username": post.get("display_username")})
    is_accepted = is_accepted or post.get("accepted_answer") is True
    is_question = is_question or is_accepted or post.get("can_accept_answer") is True
    is_question = is_question or post.get("topic_accepted_answer") is True
    is_first = number == "1"
    answered = first(post.get("reply_to_post_number")) or (None if is_first else "1")
    is_edited = first(post.get("version")) not in (None, "1")
    yield (
        "posts",
        {
            "post_id": post_id,
            "kind": _kind(is_first, is_question, answered, is_accepted),
            "profile_id": post.get("user_id"),
            "title": post.get("topic_title") if is_first else None,
            "text": plain(post.get("cooked")) or first(post.get("raw")),
            "tags": _tags(topic.get("tags")) if is_first else None,
            "language": language(post.get("locale")),
            "created_at": post.get("created_at"),
            "edited_at": post.get("updated_at") if is_edited else None,
            "parent_post_id": _address(post.get("topic_id"), answered),
            "root_post_id": _address(post.get("topic_id"), "1"),
            "accepted_answer_id": _address(post.get("topic_id"), accepted) if is_first else None,
            "is_accepted_answer": "true" if is_accepted else None,
        },
    )
    likes = (action.get("count") for action in things(post.get("actions_summary")) if first(action.get("id")) == _LIKE)
    whole = topic if is_first else {}
    yield from measured(
        "post_metrics",
        "post_id",
        post_id,
        dates.latest((changed_at, _last_at(whole))) or changed_at,
        reach=post.get("reads"),
        comments=_answers(topic or post) if is_first else post.get("reply_count"),
        reactions=first(post.get("reaction_users_count"), *likes),
        views=topic.get("views") if is_first else None,
    )


def _kind(is_first: bool, is_question: bool, answered: str | None, is_accepted: bool) -> str:
    """A post that replies to the question is an answer; one that replies to an answer is a comment."""
    if is_first:
        return "question" if is_question else "post"
    return "answer" if is_accepted or (is_question and answered == "1") else "comment"


def _tags(tags: Any) -> list[str]:
    """Names, or since 3.3 objects with a name."""
    return distinct([first(part(tag, "name"), tag) for tag in tags]) if isinstance(tags, list) else []


def _like(like: dict[str, Any]) -> Rows:
    post, user = thing(like.get("post")), thing(like.get("user"))
    yield from _post(post)
    yield from _user(user)
    at = first(like.get("created_at"), post.get("updated_at"), post.get("created_at"))
    post_id = _address(post.get("topic_id"), post.get("post_number"))
    yield from interaction("reaction", user.get("id"), post.get("user_id"), post_id, at)


def _action(action: dict[str, Any]) -> Rows:
    """An action of the user acting_* on the post of user_id; a mention is of target_user_id."""
    number = first(action.get("action_type")) or ""
    kind = _USER_ACTIONS.get(number)
    if kind is None:
        unmapped.count(f"user actions of type {number}" if number.isdecimal() else "user actions of no known type")
        return
    named = action.get("acting_username"), action.get("acting_name")
    yield from _user(dict(zip(("id", "username", "name"), (action.get("acting_user_id"), *named), strict=True)))
    target = action.get("target_user_id" if kind == "mention" else "user_id")
    post_id = _address(action.get("topic_id"), action.get("post_number"))
    yield from interaction(kind, action.get("acting_user_id"), target, post_id, action.get("created_at"))
