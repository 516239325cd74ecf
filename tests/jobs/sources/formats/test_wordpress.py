"""WordPress exports, on made-up sites."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.base import ParseError, Record, SplitOptions
from jobs.sources.formats import wordpress

SITE = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- This is a WordPress eXtended RSS file -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Alder</title><link>https://alder.example</link><language>en-US</language>
<wp:author><wp:author_id>3</wp:author_id><wp:author_login><![CDATA[ann]]></wp:author_login>
<wp:author_email><![CDATA[ann@alder.example]]></wp:author_email><wp:author_display_name><![CDATA[Ann Ash]]>
</wp:author_display_name></wp:author>
<wp:category><wp:cat_name><![CDATA[News]]></wp:cat_name></wp:category>
%s
</channel></rss>"""


def item(inner: str, type_: str = "post", status: str = "publish") -> str:
    return (
        f"<item><title><![CDATA[Beans]]></title><link>https://alder.example/7</link><dc:creator>ann</dc:creator>"
        f"<content:encoded><![CDATA[<!-- wp:paragraph --><p>Fresh</p>]]></content:encoded><wp:post_id>7</wp:post_id>"
        f"<wp:post_date>2026-01-01 11:00:00</wp:post_date><wp:post_date_gmt>2026-01-01 10:00:00</wp:post_date_gmt>"
        f"<wp:post_modified_gmt>2026-01-02 10:00:00</wp:post_modified_gmt><wp:status>{status}</wp:status>"
        f"<wp:post_type>{type_}</wp:post_type>{inner}</item>"
    )


def comment(id_: int, inner: str, approved: str = "1") -> str:
    return (
        f"<wp:comment><wp:comment_id>{id_}</wp:comment_id><wp:comment_date_gmt>2026-01-0{id_} 09:00:00"
        f"</wp:comment_date_gmt><wp:comment_content>Nr. {id_}</wp:comment_content><wp:comment_approved>{approved}"
        f"</wp:comment_approved><wp:comment_author_IP>10.1.2.3</wp:comment_author_IP>{inner}</wp:comment>"
    )


def rows(items: str) -> list[tuple[str, dict[str, Any]]]:
    document = (SITE % items).encode()
    return [
        row
        for record in wordpress.split(io.BytesIO(document), SplitOptions())
        for row in wordpress.parse(record.raw, record.context)
    ]


POST = (
    "posts",
    {
        "post_id": "7",
        "kind": "article",
        "profile_id": "ann",
        "title": "Beans",
        "text": "Fresh",
        "url": "https://alder.example/7",
        "tags": ["News", "fresh"],
        "language": "en",
        "created_at": "2026-01-01T10:00:00Z",
        "edited_at": "2026-01-02T10:00:00Z",
        "root_post_id": "7",
    },
)
ANN = ("profiles", {"profile_id": "ann", "handle": "ann", "display_name": "Ann Ash", "email": "ann@alder.example"})
TAGS = (
    '<category domain="category" nicename="news">News</category><category domain="post_tag" nicename="fresh">fresh'
    '</category><category domain="post_format" nicename="aside">Aside</category>'
)


def test_a_post_has_its_author_and_its_tags():
    assert rows(item(TAGS)) == [POST, ANN]


def test_comments_answer_each_other_or_the_post():
    found = rows(
        item(
            comment(1, "<wp:comment_user_id>3</wp:comment_user_id><wp:comment_parent>0</wp:comment_parent>")
            + comment(
                2,
                "<wp:comment_author>Bo</wp:comment_author><wp:comment_author_email>Bo@k.example"
                "</wp:comment_author_email><wp:comment_parent>1</wp:comment_parent>",
            )
            + comment(3, "<wp:comment_user_id>9</wp:comment_user_id>")
            + comment(4, "", "0")
            + comment(
                5,
                "<wp:comment_type>pingback</wp:comment_type><wp:comment_author>Kestrel</wp:comment_author>"
                "<wp:comment_author_url>https://k.example/1</wp:comment_author_url>",
            )
        )
    )
    comments = [row for table, row in found if table == "posts"][1:]
    assert [(row["post_id"], row["profile_id"], row["parent_post_id"], row["root_post_id"]) for row in comments] == [
        ("comment-1", "ann", "7", "7"),
        ("comment-2", "guest-dcb9e2522ebf7fa8", "comment-1", "7"),
        ("comment-3", "user-9", "7", "7"),
    ]
    assert comments[1] | {} == {
        "post_id": "comment-2",
        "kind": "comment",
        "profile_id": "guest-dcb9e2522ebf7fa8",
        "text": "Nr. 2",
        "created_at": "2026-01-02T09:00:00Z",
        "parent_post_id": "comment-1",
        "root_post_id": "7",
    }
    assert [row for table, row in found if table == "interactions"] == [
        {
            "interaction_id": "comment-5",
            "kind": "mention",
            "actor_profile_id": "https://k.example/1",
            "target_profile_id": "ann",
            "post_id": "7",
            "created_at": "2026-01-05T09:00:00Z",
        }
    ]
    assert "10.1.2.3" not in str(found)


def test_trash_is_a_tombstone_with_the_time_of_trashing_where_it_is_told():
    when = "<wp:%s><wp:meta_key>_wp_trash_meta_time</wp:meta_key><wp:meta_value>1767355200</wp:meta_value></wp:%s>"
    trashed = ("posts", {"post_id": "7", "deleted_at": "2026-01-02T12:00:00+00:00"})
    assert rows(item(when % ("postmeta", "postmeta"), status="trash")) == [trashed]
    assert rows(item("", status="trash")) == [("posts", {"post_id": "7", "deleted_at": "2026-01-02T10:00:00Z"})]
    of_comment = when % ("commentmeta", "commentmeta")
    found = rows(item(comment(1, "", "trash") + comment(2, of_comment, "spam") + comment(3, "", "spam")))
    assert [row for table, row in found if "deleted_at" in row] == [
        {"post_id": "comment-1", "deleted_at": "2026-01-01T09:00:00Z"},
        {"post_id": "comment-2", "deleted_at": "2026-01-02T12:00:00+00:00"},
    ]
    assert "comment-3" not in str(found)


@pytest.mark.parametrize(
    "left_out",
    [
        item("", status="draft"),
        item("", status="pending"),
        item("", status="future"),
        item("", status="private"),
        item("", status="auto-draft"),
        item("<wp:post_password>x</wp:post_password>"),
        item("", type_="nav_menu_item"),
        item("", type_="revision"),
        item("", type_="shop_order"),
    ],
)
def test_what_no_visitor_sees_gives_no_row(left_out):
    assert rows(left_out) == []


def test_pages_are_articles_and_attachments_media():
    address = "<wp:attachment_url>https://alder.example/a.jpg</wp:attachment_url>"
    kinds = [
        (row["kind"], row.get("media"))
        for each in (item("", "page"), item(address, "attachment", "inherit"))
        for table, row in rows(each)
        if table == "posts"
    ]
    assert kinds == [("article", None), ("media", ["https://alder.example/a.jpg"])]


def test_a_time_that_is_not_set_in_utc_is_the_site_s_own():
    found = rows(item("").replace("2026-01-01 10:00:00", "0000-00-00 00:00:00"))
    assert found[0][1]["created_at"] == "2026-01-01T11:00:00"


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        (b"", ["empty_file"]),
        ((SITE % (item("") + item("")))[:-150].encode(), ["", "malformed_xml"]),
        ((SITE % item("").replace("Fresh", "\xe9")).encode("latin-1"), ["invalid_text"]),
        (("<!DOCTYPE rss [<!ENTITY a 'b'>]>" + (SITE % "").partition("?>")[2]).encode(), ["forbidden_xml"]),
        (b"<rss><channel><item><title>A feed</title></item></channel></rss>", ["not_this_format"]),
        (b"<feed><entry/></feed>", ["not_this_format"]),
        (b"{}", ["malformed_xml"]),
    ],
)
def test_what_cannot_be_read_says_why(document, codes):
    assert [code(record) for record in wordpress.split(io.BytesIO(document), SplitOptions())] == codes


def code(record: Record) -> str:
    try:
        list(wordpress.parse(record.raw, record.context))
    except ParseError as error:
        return str(error).split(":")[0]
    return ""


_PARTS = st.sampled_from(
    [
        comment(1, ""),
        comment(2, "<wp:comment_id/>"),
        TAGS,
        "<wp:post_id>8</wp:post_id>",
        "<wp:x/>",
        "<wp:comment/>",
        "<wp:postmeta/>",
        "</item>",
        "<item>",
        "&#0;",
        "<wp:status/>",
    ]
)


@given(st.lists(_PARTS, max_size=6).map("".join), st.sampled_from(["publish", "trash", ""]))
def test_never_raises_but_a_parse_error(inner, status):
    for record in wordpress.split(io.BytesIO((SITE % item(inner, status=status)).encode()), SplitOptions()):
        code(record)


def test_who_is_not_named_is_no_profile():
    nameless = item(comment(1, "")).replace("<dc:creator>ann</dc:creator>", "")
    assert [table for table, _ in rows(nameless)] == ["posts", "posts"]


@pytest.mark.parametrize(
    "written",
    ["https://wordpress.org/export/1.2/", "http://wordpress.org/export/1.0", "http://wordpress.org/export/1.1/"],
)
def test_namespaces_of_any_scheme_and_version_are_read(written, monkeypatch):
    monkeypatch.setitem(
        globals(),
        "SITE",
        SITE.replace("http://wordpress.org/export/1.2/", written).replace("http://purl", "https://purl"),
    )
    assert rows(item(TAGS)) == [POST, ANN]
