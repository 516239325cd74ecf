"""Changes of a MediaWiki: the API's list=recentchanges (formatversion 1 and 2), and EventStreams (recentchange,
page-delete), as JSON lines, a JSON array or server-sent events (`data: {…}`).

| API | EventStreams recentchange | here |
|---|---|---|
| type edit, new | the same | a post of kind wiki_edit |
| revid, old_revid | revision.new, revision.old | post_id, parent_post_id |
| title | title | title, root_post_id `page:<title>` |
| userid, else user | user | profile_id, profiles |
| comment | comment | text: the edit's summary; lists of changes contain no texts |
| timestamp | timestamp (epoch), meta.dt | created_at |
| bot | bot | is_bot |
| | server_url, title_url | url, with the revision |
| userhidden, commenthidden | | that part is null: the wiki hides it |
| type log: delete, action revision; the texts hidden | the same | deleted_at of each of these revisions |
| type log: delete, action delete | the same; page-delete | deleted_at of `page:<title>`; its revisions are deleted with it |
| type log: newusers | the same | profiles.created_at |

Request rcprop=user,userid,comment,timestamp,title,ids,flags,loginfo. EventStreams has names of accounts but no IDs:
profile_id is then the name, so a dump and EventStreams have different IDs for one account. Changes of categories and of
other wikis, other logs and heartbeats produce no row. No metrics.

Source: mediawiki.org/wiki/API:RecentChanges, schema.wikimedia.org: mediawiki/recentchange, mediawiki/page/delete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO
from urllib.parse import quote

from jobs.sources import dates, payload, unmapped
from jobs.sources.base import DEFAULTS, ParseError, Record, SplitOptions, lines
from jobs.sources.loose import first, listed, thing
from jobs.sources.social import Rows, finished, part
from jobs.sources.splitting import json_split

tables = {
    "profiles": ("profile_id", "handle", "display_name", "is_bot", "created_at"),
    "posts": (
        "post_id",
        "kind",
        "profile_id",
        "title",
        "text",
        "url",
        "created_at",
        "parent_post_id",
        "root_post_id",
        "deleted_at",
    ),
}
gone_with = (("posts", "root_post_id", "posts"),)

_PATH = ("query", "recentchanges")
_FRAMING = (b"event:", b"id:", b"retry:", b":")
_TEXT_HIDDEN = 1


def split(stream: BinaryIO, options: SplitOptions) -> Iterator[Record]:
    """One record per change: from a response of the API, or one per line. Framing lines of server-sent events are skipped."""
    opening = stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    stream.seek(0)
    if opening.startswith(_FRAMING) or opening.startswith(b"data:"):
        found: Iterable[bytes] = (
            line.removeprefix(b"data:").strip()
            for line in lines(stream, options.record_bytes)
            if line.strip() and not line.startswith(_FRAMING)
        )
        yield from (Record(number, raw) for number, raw in enumerate(found, 1))
        return
    # In a response only the first line can be long; a stream of lines is never read as a whole.
    if opening.startswith(b"{") and b'"query"' in opening:
        document = stream.read()
        if answer := json_split.elements_at(document, _PATH, options):
            for number, raw in enumerate(answer[0], 1):
                yield Record(number, raw[: options.record_bytes + 1])
            return
        stream.seek(0)
    yield from json_split.split_json(stream, options)


def parse(raw: bytes, context: str | None, options: SplitOptions = DEFAULTS) -> Rows:
    """Rows of one change: the edit and its author, or a deletion."""
    change = payload.json_object(raw, options)
    if isinstance(answered := part(change, *_PATH), list):  # a message with a whole response
        for each in answered:
            yield from finished(_change(thing(each)))
    else:
        yield from finished(_change(change))


def _change(change: dict[str, Any]) -> Rows:
    kind = change.get("type")
    if first(part(change, "meta", "stream")) in ("mediawiki.page-delete", "page-delete"):
        yield from _deleted_page(first(change.get("page_title")), first(change.get("rev_id")), _when(change))
    elif kind in ("edit", "new") and ("rcid" in change or "revision" in change):
        yield from _edit(change)
    elif kind == "log" and ("logtype" in change or "log_type" in change):
        yield from _log(change)
    elif kind in ("log", "categorize", "external"):
        unmapped.count(f"changes of type {kind}")
    elif part(change, "meta", "domain") != "canary":
        raise ParseError("not_this_format: expected a change with its type: edit, new, log, categorize or external")


def _edit(change: dict[str, Any]) -> Rows:
    revision = first(change.get("revid"), part(change, "revision", "new"))
    before = first(change.get("old_revid"), part(change, "revision", "old"))
    title = first(change.get("title"))
    profile = _account(change)
    is_summary_hidden = "commenthidden" in change and change["commenthidden"] is not False
    yield (
        "posts",
        {
            "post_id": revision,
            "kind": "wiki_edit",
            "profile_id": profile.get("profile_id"),
            "title": title,
            "text": None if is_summary_hidden else change.get("comment"),
            "url": _url(change, title, revision),
            "created_at": _when(change),
            "parent_post_id": before if before != "0" else None,
            "root_post_id": f"page:{title}" if title else None,
        },
    )
    if profile:
        yield "profiles", profile


def _log(change: dict[str, Any]) -> Rows:
    log, action = (first(change.get(f"log{name}"), change.get(f"log_{name}")) for name in ("type", "action"))
    parameters = thing(change.get("logparams") or change.get("log_params"))
    if log == "delete" and action == "delete":
        yield from _deleted_page(first(change.get("title")), None, _when(change))
    elif log == "delete" and action == "revision" and _hides_texts(parameters):
        for revision in listed(parameters.get("ids")):
            yield "posts", {"post_id": first(revision), "deleted_at": _when(change)}
    elif log == "newusers" and (profile := _account(change)):
        yield "profiles", profile | {"created_at": _when(change)}
    else:
        unmapped.count(f"log entries {log}/{action}")


def _deleted_page(title: str | None, revision: str | None, when: str | None) -> Rows:
    if title:
        yield "posts", {"post_id": "page:" + title.replace("_", " "), "deleted_at": when}
    if revision:
        yield "posts", {"post_id": revision, "deleted_at": when}


def _hides_texts(parameters: dict[str, Any]) -> bool:
    """Whether the texts of the revisions are hidden now: `new.content` of the API, a bit of `nfield` of the stream."""
    shown = part(parameters, "new", "content")
    if shown is not None:
        return shown is not False
    bits = first(part(parameters, "new", "bitmask"), parameters.get("nfield")) or "0"
    return bits.isdecimal() and bool(int(bits[:9]) & _TEXT_HIDDEN)


def _account(change: dict[str, Any]) -> dict[str, Any]:
    if "userhidden" in change and change["userhidden"] is not False:
        return {}
    name, id_ = first(change.get("user")), first(change.get("userid"))
    is_named = id_ not in (None, "0")
    bot = change.get("bot")
    return {
        "profile_id": id_ if is_named else name,
        "handle": name if "anon" not in change or change["anon"] is False else None,
        "display_name": name,
        "is_bot": "true" if bot is True or bot == "" else None,  # formatversion 1 writes "" for true
    }


def _when(change: dict[str, Any]) -> str | None:
    when = first(change.get("timestamp"), part(change, "meta", "dt"), change.get("rev_timestamp"))
    return dates.epoch(when) if when and when.isdecimal() and len(when) != len("20240630233000") else dates.text(when)


def _url(change: dict[str, Any], title: str | None, revision: str | None) -> str | None:
    server, page = first(change.get("server_url")), first(change.get("title_url"))
    if not server or not title:
        return None
    page = page or f"{server}/wiki/{quote(title.replace(' ', '_'), safe='/:@!$*(),;~')}"
    return f"{page}?oldid={revision}"
