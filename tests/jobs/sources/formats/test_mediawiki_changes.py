"""Changes of a MediaWiki as its API and its event stream tell them, made up."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.base import ParseError, Record, SplitOptions
from jobs.sources.formats import mediawiki_changes as changes

EDIT = {
    "type": "edit",
    "ns": 0,
    "title": "Dark roast",
    "pageid": 12,
    "revid": 7,
    "old_revid": 6,
    "rcid": 100,
    "user": "Ann",
    "userid": 3,
    "bot": False,
    "new": False,
    "minor": True,
    "timestamp": "2026-01-01T10:00:00Z",
    "comment": "less bitter",
}
EVENT = {
    "$schema": "/mediawiki/recentchange/1.0.0",
    "meta": {"stream": "mediawiki.recentchange", "domain": "wiki.example"},
    "id": 100,
    "type": "new",
    "namespace": 0,
    "title": "Dark roast",
    "title_url": "https://wiki.example/wiki/Dark_roast",
    "comment": "begun",
    "timestamp": 1767261600,
    "user": "Helper",
    "bot": True,
    "revision": {"new": 6},
    "server_url": "https://wiki.example",
}


def of(change: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(changes.parse(json.dumps(change).encode(), None))


def test_an_edit_of_the_api_is_a_post():
    assert of(EDIT) == [
        (
            "posts",
            {
                "post_id": "7",
                "kind": "wiki_edit",
                "profile_id": "3",
                "title": "Dark roast",
                "text": "less bitter",
                "created_at": "2026-01-01T10:00:00Z",
                "parent_post_id": "6",
                "root_post_id": "page:Dark roast",
            },
        ),
        ("profiles", {"profile_id": "3", "handle": "Ann", "display_name": "Ann"}),
    ]


def test_a_page_that_begins_in_the_stream_is_a_post_by_name():
    assert of(EVENT) == [
        (
            "posts",
            {
                "post_id": "6",
                "kind": "wiki_edit",
                "profile_id": "Helper",
                "title": "Dark roast",
                "text": "begun",
                "url": "https://wiki.example/wiki/Dark_roast?oldid=6",
                "created_at": "2026-01-01T10:00:00+00:00",
                "root_post_id": "page:Dark roast",
            },
        ),
        ("profiles", {"profile_id": "Helper", "handle": "Helper", "display_name": "Helper", "is_bot": "true"}),
    ]


def test_what_the_wiki_hides_is_null_and_old_flags_are_read():
    hidden = EDIT | {"userhidden": "", "commenthidden": True, "bot": ""}
    assert of(hidden) == [
        (
            "posts",
            {
                "post_id": "7",
                "kind": "wiki_edit",
                "title": "Dark roast",
                "created_at": "2026-01-01T10:00:00Z",
                "parent_post_id": "6",
                "root_post_id": "page:Dark roast",
            },
        )
    ]
    anonymous = of(EDIT | {"user": "192.0.2.1", "userid": 0, "anon": True, "old_revid": 0})
    assert anonymous[0][1]["profile_id"] == "192.0.2.1"
    assert "parent_post_id" not in anonymous[0][1]
    assert anonymous[1][1] == {"profile_id": "192.0.2.1", "display_name": "192.0.2.1"}
    assert of(EDIT | {"bot": ""})[1][1]["is_bot"] == "true"


WHEN = "2026-01-02T10:00:00Z"
LOG = {
    "type": "log",
    "title": "Dark roast",
    "user": "Ann",
    "userid": 3,
    "logid": 5,
    "logtype": "delete",
    "logaction": "delete",
    "logparams": {},
    "timestamp": WHEN,
}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (LOG, [("posts", {"post_id": "page:Dark roast", "deleted_at": WHEN})]),
        (
            LOG | {"logaction": "revision", "logparams": {"ids": [6, 7], "new": {"bitmask": 1, "content": True}}},
            [("posts", {"post_id": "6", "deleted_at": WHEN}), ("posts", {"post_id": "7", "deleted_at": WHEN})],
        ),
        (LOG | {"logaction": "revision", "logparams": {"ids": [6], "new": {"bitmask": 2, "content": False}}}, []),
        (LOG | {"logaction": "restore"}, []),
        (
            {
                "type": "log",
                "log_type": "delete",
                "log_action": "revision",
                "timestamp": 1767348000,
                "title": "x",
                "log_params": {"type": "revision", "ids": ["6"], "ofield": "0", "nfield": "3"},
            },
            [("posts", {"post_id": "6", "deleted_at": "2026-01-02T10:00:00+00:00"})],
        ),
        (
            {
                "meta": {"stream": "mediawiki.page-delete", "dt": WHEN},
                "page_title": "Dark_roast",
                "page_id": 12,
                "rev_id": 7,
            },
            [
                ("posts", {"post_id": "page:Dark roast", "deleted_at": WHEN}),
                ("posts", {"post_id": "7", "deleted_at": WHEN}),
            ],
        ),
        (
            LOG | {"logtype": "newusers", "logaction": "create"},
            [("profiles", {"profile_id": "3", "handle": "Ann", "display_name": "Ann", "created_at": WHEN})],
        ),
        (LOG | {"logtype": "move", "logaction": "move"}, []),
        ({"type": "categorize", "title": "Category:Beans"}, []),
        ({"type": "external"}, []),
        ({"meta": {"domain": "canary"}, "type": "edit"}, []),
    ],
)
def test_logs_and_what_is_no_edit(change, found):
    assert of(change) == found


ANSWER = json.dumps({"batchcomplete": True, "query": {"recentchanges": [EDIT, LOG]}}).encode()
PRETTY = json.dumps({"continue": {"rccontinue": "1"}, "query": {"recentchanges": [EDIT, LOG]}}, indent=1).encode()
LINES = (json.dumps(EVENT) + "\n" + json.dumps(EDIT) + "\n").encode()
EVENTS = (
    f":ok\n\nevent: message\nid: [1]\ndata: {json.dumps(EVENT)}\n\nevent: message\ndata: {json.dumps(EDIT)}\n".encode()
)


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        (ANSWER, ["", ""]),
        (PRETTY, ["", ""]),
        (LINES, ["", ""]),
        (EVENTS, ["", ""]),
        (json.dumps([EDIT, EVENT]).encode(), ["", ""]),
        (ANSWER + b"\n" + ANSWER, ["", ""]),  # a line each: each is a message with several changes
        (ANSWER[:-20], ["", "malformed_json"]),
        (EVENTS[:-9], ["", "malformed_json"]),
        (LINES.replace(b"begun", b"\xff"), ["invalid_text", ""]),
        (b"", ["empty_file"]),
        (b'{"error": {"code": "readonly"}}', ["not_this_format"]),
        (b'{"type": "Create", "actor": "x"}', ["not_this_format"]),
        (b"<mediawiki/>", ["malformed_json"]),
    ],
)
def test_a_change_is_a_record(document, codes):
    assert [code(record) for record in changes.split(io.BytesIO(document), SplitOptions())] == codes


def test_an_answer_as_one_message_gives_all_of_its_changes():
    assert [row["post_id"] for table, row in changes.parse(ANSWER, None) if table == "posts"] == [
        "7",
        "page:Dark roast",
    ]


def code(record: Record) -> str:
    try:
        list(changes.parse(record.raw, record.context))
    except ParseError as error:
        return str(error).split(":")[0]
    return ""


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "edit", "log", "delete", "revision", "0", "²"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["new", "content", "ids"]), inner),
    max_leaves=5,
)
_KEYS = st.sampled_from([*EDIT, *EVENT, "logtype", "logaction", "logparams", "log_params", "log_type", "userhidden"])


@given(st.dictionaries(_KEYS, _VALUES, max_size=6), st.sampled_from([EDIT, EVENT, LOG, {}]))
def test_never_raises_but_a_parse_error(changed, change):
    document = json.dumps(change | changed).encode()
    for record in changes.split(io.BytesIO(document), SplitOptions()):
        code(record)
