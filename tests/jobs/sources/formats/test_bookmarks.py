"""Netscape bookmark files, made up."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.base import ParseError, Record, SplitOptions
from jobs.sources.formats import bookmarks

HEAD = (
    "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<!-- This is an automatically generated file. -->\n"
    '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">\n<TITLE>Bookmarks</TITLE>\n<H1>Menu</H1>\n'
)
FILE = HEAD + (
    '<DL><p>\n    <DT><H3 ADD_DATE="1" PERSONAL_TOOLBAR_FOLDER="true">Toolbar</H3>\n    <DL><p>\n'
    '        <DT><A HREF="https://a.example/?x=1&amp;y=2" ADD_DATE="1767261600" LAST_MODIFIED="1767265200"'
    ' TAGS="espresso,milk foam" ICON="data:image/png;base64,AAAA">Shots &lt;&amp;&gt; more</A>\n        <DD>How to\n'
    " do <b>it</b>.\n        <DT><H3>Coffee &amp; tea</H3>\n        <DL><p>\n            <DT><H3>Beans</H3>\n"
    '            <DL><p><DT><A HREF="https://b.example/" ADD_DATE="1767261600000000">B</A>\n            </DL><p>\n'
    '            <dt><a href=https://c.example/ add_date=1767261600000 tags="">C</a>\n        </DL><p>\n    </DL><p>\n'
    '    <DT><A HREF="https://d.example/" ADD_DATE="0">D</A>\n</DL><p>\n'
)


def cut(document: str | bytes, **options) -> list[Record]:
    data = document.encode() if isinstance(document, str) else document
    return list(bookmarks.split(io.BytesIO(data), SplitOptions(**options)))


def rows(document: str) -> list[tuple[str, dict[str, Any]]]:
    return [row for record in cut(document) for row in bookmarks.parse(record.raw, record.context)]


def test_each_link_is_a_bookmark_with_its_folders_and_tags():
    posts = [row for table, row in rows(FILE) if table == "posts"]
    assert posts[0] == {
        "post_id": "3fada326b5b42dafbeaebe6b10559591",
        "kind": "bookmark",
        "title": "Shots <&> more",
        "text": "How to\ndo it.",
        "url": "https://a.example/?x=1&y=2",
        "tags": ["espresso", "milk foam"],
        "created_at": "2026-01-01T10:00:00+00:00",
        "edited_at": "2026-01-01T11:00:00+00:00",
        "root_post_id": "3fada326b5b42dafbeaebe6b10559591",
    }
    assert [(row["title"], row.get("tags"), row.get("created_at")) for row in posts[1:]] == [
        ("B", ["Coffee & tea", "Beans"], "2026-01-01T10:00:00+00:00"),
        ("C", ["Coffee & tea"], "2026-01-01T10:00:00+00:00"),
        ("D", None, None),
    ]


def test_each_tag_and_folder_is_a_tagging_of_the_page():
    taggings = [row for table, row in rows(FILE) if table == "taggings"]
    assert [(row["object_id"], row["tag"]) for row in taggings] == [
        ("https://a.example/?x=1&y=2", "espresso"),
        ("https://a.example/?x=1&y=2", "milk foam"),
        ("https://b.example/", "Coffee & tea"),
        ("https://b.example/", "Beans"),
        ("https://c.example/", "Coffee & tea"),
    ]
    assert taggings[0] == {
        "tagging_id": "3fada326b5b42dafbeaebe6b10559591:espresso",
        "object_kind": "page",
        "object_id": "https://a.example/?x=1&y=2",
        "tag": "espresso",
        "created_at": "2026-01-01T10:00:00+00:00",
    }


@pytest.mark.parametrize(
    "attributes",
    [
        'HREF="javascript:alert(1)"',
        'HREF="place:sort=8"',
        'HREF="file:///home/ann/x.html"',
        'HREF="about:blank"',
        'HREF="https://a.example/" PRIVATE="1"',
    ],
)
def test_what_is_private_or_no_page_of_the_web_gives_no_row(attributes):
    assert rows(f"{HEAD}<DL><p><DT><A {attributes}>x</A></DL>") == []


def test_records_are_the_bytes_of_the_link_and_its_description():
    first, *_, last = cut(FILE)
    assert first.raw.startswith(b'<A HREF="https://a.example/')
    assert first.raw.endswith(b"do <b>it</b>.")
    assert (last.raw, last.context) == (b'<A HREF="https://d.example/" ADD_DATE="0">D</A>', "[]")


def test_a_long_icon_does_not_hide_its_link():
    icon = "data:image/png;base64," + "A" * 300_000
    assert len(rows(f'{HEAD}<DL><DT><A HREF="https://a.example/" ICON="{icon}">x</A></DL>')) == 1


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        ("", ["empty_file"]),
        (HEAD + "<DL></DL>", []),
        (FILE[: FILE.index("more</A>")], ["malformed_html"] * 2),
        (FILE[: FILE.index("</DL><p>\n    <DT><A")], ["", "", "", "malformed_html"]),
        (FILE.encode().replace(b"Shots", b"\xff"), ["invalid_text", "", "", ""]),
        (HEAD + "<DL><DT><A>no address</A></DL>", ["not_this_format"]),
        (HEAD + "<DL><DT><A HREF='https://a.example/'>\0</A></DL>", ["nul_byte"]),
        ("<html><a href='https://a.example/'>x</a></html>", ["not_this_format"]),
        ("<!DOCTYPE html><DL><DT></DL>", ["not_this_format"]),
        ('[{"href": "https://a.example/"}]', ["not_this_format"]),
        (HEAD.replace("Bookmark-file-1>", 'Bookmark-file-1 [<!ENTITY a "b">]>'), ["not_this_format"]),
    ],
)
def test_what_cannot_be_read_says_why(document, codes):
    assert [code(record) for record in cut(document)] == codes


def test_a_record_over_the_limit_is_refused():
    assert [code(record, record_bytes=99) for record in cut(FILE, record_bytes=99)] == ["too_large", "", "", ""]


def code(record: Record, **options) -> str:
    try:
        list(bookmarks.parse(record.raw, record.context, SplitOptions(**options)))
    except ParseError as error:
        return str(error).split(":")[0]
    return ""


_PARTS = st.sampled_from(
    [
        "<DL>",
        "</DL>",
        "<DT>",
        "<A HREF='https://a.example/' ADD_DATE='x'>",
        "</A>",
        "<H3>",
        "</H3>",
        "<DD>",
        "text",
        "<",
        "&#xD800;",
        "<A HREF=x ADD_DATE=99999999999999999>",
        "<!--",
        "-->",
        "\n",
        "é",
    ]
)


@given(st.lists(_PARTS, max_size=30).map("".join))
def test_never_raises_but_a_parse_error(body):
    for record in cut(HEAD + body):
        code(record)
