"""The Stack Exchange dump, on made-up rows."""

import io

import pytest

from jobs.sources.base import ParseError, Record, SplitOptions
from jobs.sources.formats import stackexchange

POSTS = (
    b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\r\n<posts>\r\n'
    b'  <row Id="1" PostTypeId="1" CreationDate="2024-01-01T10:00:00.000" OwnerUserId="7" Title="Why?" '
    b'Body="&lt;p&gt;A &amp;amp; B&lt;/p&gt;" Tags="&lt;espresso&gt;&lt;milk&gt;" AcceptedAnswerId="2" Score="3" />\r\n'
    b'  <row Id="2" PostTypeId="2" ParentId="1" CreationDate="2024-01-01T11:00:00.000" Body="So." />\r\n</posts>'
)


def test_rows_are_records_and_framing_is_none():
    found = list(stackexchange.split(io.BytesIO(POSTS), SplitOptions()))
    assert [(r.line, r.context) for r in found] == [(1, "posts"), (2, "posts")]
    assert found[0].raw.startswith(b'  <row Id="1"')


def test_rows_on_the_line_of_the_root_are_records_too():
    one_line = b" ".join(POSTS.replace(b"\r\n", b"").split(b"  "))
    found = list(stackexchange.split(io.BytesIO(one_line), SplitOptions()))
    assert [(r.line, r.context, r.raw.strip()[:11]) for r in found] == [
        (1, "posts", b'<row Id="1"'),
        (2, "posts", b'<row Id="2"'),
    ]
    assert [table for r in found for table, _ in stackexchange.parse(r.raw, r.context)][:1] == ["posts"]


def test_a_question_and_its_answer_become_posts_with_their_metrics():
    question, answer = (
        dict(stackexchange.parse(r.raw, r.context)) for r in stackexchange.split(io.BytesIO(POSTS), SplitOptions())
    )
    assert question["posts"] == {
        "post_id": "1",
        "kind": "question",
        "profile_id": "7",
        "title": "Why?",
        "text": "A & B",
        "tags": ["espresso", "milk"],
        "created_at": "2024-01-01T10:00:00.000",
        "edited_at": None,
        "parent_post_id": None,
        "root_post_id": "1",
        "accepted_answer_id": "2",
    }
    assert question["post_metrics"]["reactions"] == "3"
    assert question["post_metrics"]["views"] is None  # not measured is not 0
    assert (answer["posts"]["kind"], answer["posts"]["parent_post_id"]) == ("answer", "1")


def test_comments_have_ids_of_their_own():
    row = b'<row Id="1" PostId="9" Text="Yes" CreationDate="2024-01-01T10:00:00.000" UserId="3" />'
    ((table, comment),) = stackexchange.parse(row, "comments")
    assert (table, comment["post_id"], comment["parent_post_id"]) == ("posts", "comment-1", "9")


@pytest.mark.parametrize(
    ("raw", "context", "code"),
    [
        (b"", "posts", "empty_file"),
        (b'<row Id="1"', "posts", "malformed_xml"),
        (b'<row Id="\xff" />', "posts", "invalid_text"),
        (b"\x89PNG", None, "not_this_format"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><row Id="&a;"/>', "posts", "forbidden_xml"),
        (b"<other />", "posts", "not_this_format"),
    ],
)
def test_what_cannot_be_read_says_why(raw, context, code):
    with pytest.raises(ParseError, match=f"^{code}: "):
        list(stackexchange.parse(raw, context))


def test_a_file_that_is_not_xml_is_records_that_will_not_parse():
    found = list(stackexchange.split(io.BytesIO(b"\x89PNG\r\nabc\n"), SplitOptions()))
    assert [r.context for r in found] == [None, None]
    assert list(stackexchange.split(io.BytesIO(b""), SplitOptions())) == [Record(1, b"", None)]
    assert list(stackexchange.split(io.BytesIO(b"<posts />"), SplitOptions())) == []
