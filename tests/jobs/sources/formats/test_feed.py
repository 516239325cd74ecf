"""RSS, Atom and JSON Feed, on made-up documents and against ActivityStreams objects that others made of theirs."""

import io
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources import payload
from jobs.sources.base import ParseError, Record, SplitOptions
from jobs.sources.formats import feed

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<?xml-stylesheet href="look.xsl"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:media="http://search.yahoo.com/mrss/"
     xmlns:thr="http://purl.org/syndication/thread/1.0">
<channel>
  <title>Alder &amp;amp; friends</title><link>https://alder.example/</link>
  <description>All &lt;b&gt;about&lt;/b&gt; beans</description><language>en-GB</language>
  <lastBuildDate>Sat, 03 Jan 2026 09:00:00 GMT</lastBuildDate>
  <item>
    <title>Why List&lt;String&gt; &amp;#8211; and &lt;em&gt;not&lt;/em&gt; Set</title>
    <link>https://alder.example/1</link><guid isPermaLink="false">1</guid>
    <pubDate>Fri, 02 Jan 2026 10:00:00 +0100</pubDate><dc:creator>Ann Ash</dc:creator>
    <category>beans</category><category>java</category>
    <description>short</description><content:encoded><![CDATA[<p>One</p><p>Two &amp; three</p>]]></content:encoded>
    <slash:comments>4</slash:comments>
    <enclosure url="https://alder.example/1.mp3" type="audio/mpeg" length="9"/>
    <enclosure url="https://alder.example/1.pdf" type="application/pdf" length="9"/>
    <media:content url="https://alder.example/1.jpg" medium="image"/>
    <media:thumbnail url="https://alder.example/s.jpg"/>
  </item>
  <item>
    <guid>https://alder.example/2</guid><description>Just text</description><dc:date>2026-01-02</dc:date>
    <author>bo@alder.example (Bo Beech)</author><thr:in-reply-to ref="1"/>
  </item>
</channel></rss>
"""


def rows(document: bytes, **options) -> list[list[tuple[str, dict[str, Any]]]]:
    chosen = SplitOptions(**options)
    return [list(feed.parse(r.raw, r.context, chosen)) for r in feed.split(io.BytesIO(document), chosen)]


def test_items_of_rss_become_posts_with_author_channel_and_counts():
    first, second = rows(RSS)
    channel = {
        "profile_id": "https://alder.example/",
        "display_name": "Alder & friends",
        "bio": "All about beans",
        "url": "https://alder.example/",
        "language": "en",
    }
    assert first == [
        (
            "posts",
            {
                "post_id": "1",
                "title": "Why List<String> – and not Set",
                "text": "One\nTwo & three",
                "url": "https://alder.example/1",
                "media": ["https://alder.example/1.mp3", "https://alder.example/1.jpg"],
                "tags": ["beans", "java"],
                "language": "en",
                "created_at": "2026-01-02T10:00:00+01:00",
                "kind": "article",
                "profile_id": "https://alder.example/#Ann Ash",
                "root_post_id": "1",
            },
        ),
        ("post_metrics", {"post_id": "1", "observed_at": "2026-01-03T09:00:00+00:00", "comments": "4"}),
        ("profiles", {"profile_id": "https://alder.example/#Ann Ash", "display_name": "Ann Ash"}),
        ("profiles", channel),
    ]
    assert second == [
        (
            "posts",
            {
                "post_id": "https://alder.example/2",
                "text": "Just text",
                "url": "https://alder.example/2",
                "language": "en",
                "created_at": "2026-01-02",
                "parent_post_id": "1",
                "kind": "comment",
                "profile_id": "https://alder.example/#Bo Beech",
            },
        ),
        (
            "profiles",
            {"profile_id": "https://alder.example/#Bo Beech", "display_name": "Bo Beech", "email": "bo@alder.example"},
        ),
        ("profiles", channel),
    ]


def test_rss_1_keeps_its_channel_beside_the_items():
    document = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://k.example/rss"><title>Kestrel</title>
      <link>https://k.example/</link><items><rdf:Seq><rdf:li resource="https://k.example/1"/></rdf:Seq></items></channel>
      <item rdf:about="https://k.example/1"><title>One</title><link>https://k.example/1</link>
      <dc:date>2026-01-01T00:00:00Z</dc:date><dc:subject>milk</dc:subject></item></rdf:RDF>"""
    ((post, profile),) = rows(document)
    assert post[1] == {
        "post_id": "https://k.example/1",
        "title": "One",
        "url": "https://k.example/1",
        "tags": ["milk"],
        "created_at": "2026-01-01T00:00:00Z",
        "kind": "article",
        "profile_id": "https://k.example/",
        "root_post_id": "https://k.example/1",
    }
    assert profile[1]["display_name"] == "Kestrel"


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0" xml:lang="de-AT"
  xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns:activity="http://activitystrea.ms/spec/1.0/"
  xmlns:media="http://search.yahoo.com/mrss/" xml:base="https://alder.example/blog/">
<title>Ahorn</title><id>tag:alder.example,2026:blog</id><updated>2026-01-05T00:00:00Z</updated>
<link rel="self" href="feed.xml"/><link href="/"/>
<author><name>Ann</name><uri>https://alder.example/ann</uri></author>
%s</feed>"""


def entry(inner: str) -> list[tuple[str, dict[str, Any]]]:
    (found,) = rows((ATOM % inner).encode())
    return found


def test_entries_of_atom_become_posts():
    found = entry(
        "<entry><id>tag:1</id><title type='html'>A &amp;lt; &lt;b&gt;B&lt;/b&gt;</title><link rel='replies' href='r' "
        "thr:count='3'/><link href='1.html'/><link rel='enclosure' href='1.ogg' type='audio/ogg'/>"
        "<published>2026-01-01T10:00:00Z</published><updated>2026-01-01T12:00:00+01:00</updated>"
        "<category term='beans' label='Beans'/><media:group><media:statistics views='0'/></media:group>"
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>One<br/>two</p><p>&amp; 3 &lt; 4</p></div>"
        "</content></entry>"
    )
    assert found[:2] == [
        (
            "posts",
            {
                "post_id": "tag:1",
                "title": "A < B",
                "text": "One\ntwo\n& 3 < 4",
                "url": "https://alder.example/blog/1.html",
                "media": ["https://alder.example/blog/1.ogg"],
                "tags": ["beans"],
                "language": "de",
                "created_at": "2026-01-01T10:00:00Z",
                "edited_at": "2026-01-01T12:00:00+01:00",
                "kind": "article",
                "profile_id": "https://alder.example/ann",
                "root_post_id": "tag:1",
            },
        ),
        ("post_metrics", {"post_id": "tag:1", "observed_at": "2026-01-05T00:00:00Z", "comments": "3", "views": "0"}),
    ]
    assert [row["profile_id"] for table, row in found if table == "profiles"] == [
        "https://alder.example/ann",
        "https://alder.example/",
    ]


@pytest.mark.parametrize(
    ("published", "updated", "edited_at"),
    [
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z", None),
        ("2026-01-01T10:00:00Z", "2026-01-01T11:00:00+01:00", None),  # the same instant
        ("2026-01-01T10:00:00Z", "2025-12-01T10:00:00Z", None),  # written before it was published
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:01Z", "2026-01-01T10:00:01Z"),
        ("2026-01-01T10:00:00Z", "yesterday", "yesterday"),  # handed on: the contract refuses it with a reason
    ],
)
def test_an_edit_is_what_came_after_publication(published, updated, edited_at):
    (_, post), *_ = entry(
        f"<entry><id>1</id><title>T</title><published>{published}</published><updated>{updated}</updated></entry>"
    )
    assert (post["created_at"], post.get("edited_at")) == (published, edited_at)


def test_deletions_acts_and_mentions_of_atom():
    (gone,) = entry("<at:deleted-entry ref='tag:1' when='2026-01-04T00:00:00Z'/>")
    assert gone == ("posts", {"post_id": "tag:1", "deleted_at": "2026-01-04T00:00:00Z"})
    act, *_ = entry(
        "<entry><id>tag:2</id><published>2026-01-01T00:00:00Z</published>"
        "<activity:verb>http://activitystrea.ms/schema/1.0/favorite</activity:verb>"
        "<activity:object><id>tag:1</id><author><uri>https://k.example/bo</uri></author></activity:object></entry>"
    )
    assert act == (
        "interactions",
        {
            "interaction_id": "tag:2",
            "kind": "reaction",
            "actor_profile_id": "https://alder.example/ann",
            "target_profile_id": "https://k.example/bo",
            "post_id": "tag:1",
            "created_at": "2026-01-01T00:00:00Z",
        },
    )
    found = entry(
        "<entry><id>tag:3</id><published>2026-01-01T00:00:00Z</published><title>Hi</title>"
        "<link rel='mentioned' href='https://k.example/bo'/><link rel='mentioned' href='https://alder.example/ann'/>"
        "<link rel='mentioned' href='http://activityschema.org/collection/public'/></entry>"
    )
    assert [(row["kind"], row["target_profile_id"]) for table, row in found if table == "interactions"] == [
        ("mention", "https://k.example/bo")
    ]


def test_items_of_json_feed_become_posts():
    document = b"""\xef\xbb\xbf{"version": "https://jsonfeed.org/version/1", "title": "Alder", "language": "en-US",
      "home_page_url": "https://alder.example/", "author": {"name": "Ann"},
      "items": [ {"id": 7, "content_html": "<p>One</p>two", "url": "https://alder.example/7", "tags": ["a", "b"],
        "date_published": "2026-01-01T10:00:00Z", "image": "https://alder.example/7.jpg",
        "attachments": [{"url": "https://alder.example/7.zip", "mime_type": "application/zip"}]},
        {"id": "8", "content_text": "1 < 2", "authors": [{"name": "Bo", "url": "https://k.example/bo"}]} ],
      "description": "after the items"}"""
    found = list(feed.split(io.BytesIO(document), SplitOptions()))
    assert found[1].raw.startswith(b'{"id": "8", "content_text"')
    first, second = rows(document)
    assert first[0] == (
        "posts",
        {
            "post_id": "7",
            "text": "One\ntwo",
            "url": "https://alder.example/7",
            "media": ["https://alder.example/7.jpg"],
            "tags": ["a", "b"],
            "language": "en",
            "created_at": "2026-01-01T10:00:00Z",
            "kind": "article",
            "profile_id": "https://alder.example/#Ann",
            "root_post_id": "7",
        },
    )
    assert (second[0][1]["text"], second[0][1]["profile_id"]) == ("1 < 2", "https://k.example/bo")
    assert (
        "profiles",
        {
            "profile_id": "https://alder.example/",
            "display_name": "Alder",
            "bio": "after the items",
            "url": "https://alder.example/",
            "language": "en",
        },
    ) in second


def test_items_without_any_id_are_told_apart_by_what_they_say():
    one, same, other = (
        rows(f"<rss><channel><item><title>{title}</title></item></channel></rss>".encode())[0][0][1]["post_id"]
        for title in ("a", "a", "b")
    )
    assert one == same != other
    assert re.fullmatch("sha256:[0-9a-f]{32}", one)


JSON_FEED = b'{"version":"https://jsonfeed.org/version/1.1","items":[%s]}'


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        (b"", ["empty_file"]),
        (RSS[: RSS.index(b"Just text")], ["", "malformed_xml"]),
        (RSS[: RSS.index(b"</channel>")], ["", "", "malformed_xml"]),
        (RSS.replace(b"Just text", b"Just \xff"), ["", "invalid_text"]),
        (RSS.replace(b"<rss ", b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss "), ["forbidden_xml"]),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", ["forbidden_xml"]),
        (b"<html><body>Not found</body></html>", ["not_this_format"]),
        (b"<rss><channel><title>Nothing yet</title></channel></rss>", []),
        (b'<rss><channel><item xmlns="http://other.example/"/></channel></rss>', ["not_this_format"]),
        (b"not found", ["malformed_xml"]),
        (JSON_FEED % b"", []),
        (JSON_FEED % b'{"id":"1"},7', ["", "malformed_json"]),
        (JSON_FEED % b'{"id":"1"},{"id":"2","id":"3"}', ["", "duplicate_key"]),
        ((JSON_FEED % b'{"id":"1"},{"id":"2"}')[:-5], ["", "malformed_json"]),
        ((JSON_FEED % b'{"id":"1"}') * 2, ["malformed_json"]),
        (b'{"items":[{"id":"1"}]}', ["not_this_format"]),
        (b'{"type":"Create"}', ["not_this_format"]),
        (b"[1]", ["malformed_json"]),
    ],
)
def test_what_cannot_be_read_says_why(document, codes):
    assert [code(record) for record in feed.split(io.BytesIO(document), SplitOptions())] == codes


def code(record: Record) -> str:
    try:
        list(feed.parse(record.raw, record.context))
    except ParseError as error:
        return str(error).split(":")[0]
    return ""


_WORDS = st.sampled_from(
    [
        "<item>",
        "</item>",
        "<guid>1</guid>",
        "<entry>",
        "</entry>",
        "<pubDate>",
        "</pubDate>",
        "&amp;",
        "<link/>",
        "<author>a@b (",
        "</author>",
        "x",
        "<content type='xhtml'>",
        "</content>",
        "\0",
    ]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_characters="\0"), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "url",
                    "authors",
                    "attachments",
                    "tags",
                    "image",
                    "title",
                    "name",
                    "content_html",
                    "date_modified",
                    "date_published",
                    "language",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=8,
)


@given(st.lists(_WORDS, max_size=20).map("".join), st.sampled_from(["rss", "feed xmlns='http://www.w3.org/2005/Atom'"]))
def test_xml_never_raises_but_a_parse_error(inner, root):
    document = f"<{root}><channel><title>T</title>{inner}</channel></{root.split()[0]}>".encode()
    for record in feed.split(io.BytesIO(document), SplitOptions()):
        code(record)


@given(_VALUES, _VALUES)
def test_json_never_raises_but_a_parse_error(item, other):
    envelope = {"version": "https://jsonfeed.org/version/1.1", "authors": other, "title": other, "items": [item, other]}
    document = json.dumps(envelope).encode()
    found = list(feed.split(io.BytesIO(document), SplitOptions()))
    assert [json.loads(record.raw) for record in found] == [item, other]
    for record in found:
        code(record)


# --- against what others made of the same feeds ---------------------------------------------------------------

OF_FEED = "the feed was made with an author of its own, whom the object does not name"
DIFFERENCES: dict[tuple[str, str], tuple[Any, Any, str]] = {
    # (file, item: what) -> (ours, theirs, why)
    ("feed_with_authors.rss.xml", "0: post_id"): (
        "sha256:69596ba200ffa3542e10d33ba14ea174",
        None,
        "an item without guid gets an id, so that it is a row",
    ),
    ("feed_with_authors.rss.xml", "1: post_id"): (
        "sha256:6e422e974db84e0b189047b219be2ebb",
        None,
        "an item without guid gets an id, so that it is a row",
    ),
    ("feed_with_note.rss.xml", "0: media"): (
        ["http://pic/1"],
        [],
        "an enclosure of no type is kept: it is the picture of the post",
    ),
    ("attachments.feed.json", "0: media"): (
        ["bar.mp3", "baz"],
        ["bar.mp3"],
        "an attachment of no type may be a picture, video or sound",
    ),
    ("invalid_content_fields.feed.json", "0: text"): (
        "bar",
        "foo",
        "content_text is plain already, so it goes before content_html",
    ),
    ("note.feed-from-as.json", "0: text"): (
        "A note. link too\nCarcassonne, Aude",
        "A note. link too",
        "the feed's markup names the place, the object keeps it apart",
    ),
    ("article_with_audio_video.feed-from-as.json", "0: post_id"): (
        "sha256:2937959e745a90d8d05c0051120d4db0",
        None,
        "an item without id gets one, so that it is a row",
    ),
    ("article_with_audio_video.feed-from-as.json", "0: text"): (
        "something\nYour browser does not support the audio tag. Click here to listen directly.\n"
        "Your browser does not support the video tag. Click here to view directly.",
        "something",
        "the feed's markup has a text for readers that play nothing",
    ),
    ("article_with_displayName.feed-from-as.json", "0: post_id"): (
        "sha256:cfc157423d38314c420a2160f1c2994f",
        None,
        "an item without id gets one, so that it is a row",
    ),
    ("atom.json", "0: tags"): (
        ["abc", "xyz"],
        [],
        "the object lists whom and where, the categories of the entry are the hashtags",
    ),
    ("atom.json", "0: media"): (
        ["http://attach/image/big"],
        [],
        "the object keeps the picture in its markup only, the entry encloses it",
    ),
    ("article_with_attachment_image_list.feed-from-as.json", "0: author"): ("Martin Smith", None, OF_FEED),
    ("article_with_attachment_image_list.feed-from-as.json", "0: author_url"): (
        "https://example.com/martin",
        None,
        OF_FEED,
    ),
    ("article_with_attachment_stream_list.feed-from-as.json", "0: author"): ("Martin Smith", None, OF_FEED),
    ("article_with_attachment_stream_list.feed-from-as.json", "0: author_url"): (
        "https://example.com/martin",
        None,
        OF_FEED,
    ),
    ("article_with_audio_video.feed-from-as.json", "0: author"): ("Martin Smith", None, OF_FEED),
    ("article_with_audio_video.feed-from-as.json", "0: author_url"): ("https://example.com/martin", None, OF_FEED),
    ("article_with_displayName.feed-from-as.json", "0: author"): ("Martin Smith", None, OF_FEED),
    ("article_with_displayName.feed-from-as.json", "0: author_url"): ("https://example.com/martin", None, OF_FEED),
    ("atom.json", "0: edited_at"): (
        None,
        "2012-09-22T05:25:42+00:00",
        "updated at the instant of publication is no edit",
    ),
}
PAIRS = [
    ("feed_with_audio_video.rss.xml", "feed_with_audio_video.as-from-rss.json"),
    ("feed_with_authors.rss.xml", "feed_with_authors.as-from-rss.json"),
    ("feed_with_note.rss.xml", "feed_with_note.as-from-rss.json"),
    ("attachments.feed.json", "attachments.as-from-feed.json"),
    ("invalid_content_fields.feed.json", "invalid_content_fields.as-from-feed.json"),
    ("note.feed-from-as.json", "note.as-from-feed.json"),
    ("article_with_attachment_image_list.feed-from-as.json", "article_with_attachment_image_list.as.json"),
    ("article_with_attachment_stream_list.feed-from-as.json", "article_with_attachment_stream_list.as.json"),
    ("article_with_audio_video.feed-from-as.json", "article_with_audio_video.as.json"),
    ("article_with_displayName.feed-from-as.json", "article_with_displayName.as.json"),
]


def ours(document: bytes) -> list[dict[str, Any]]:
    compared = []
    for found in rows(document):
        (post,) = (row for table, row in found if table == "posts")
        profiles = {row["profile_id"]: row for table, row in found if table == "profiles"}
        author = profiles.get(post.get("profile_id"), {})
        compared.append(
            {
                **{name: post.get(name) for name in ("post_id", "title", "text", "url", "created_at", "edited_at")},
                "media": post.get("media", []),
                "tags": post.get("tags", []),
                "author": author.get("display_name"),
                "author_url": author.get("url"),
                "email": author.get("email"),
            }
        )
    return compared


def theirs(activity: dict[str, Any]) -> dict[str, Any]:
    """What an ActivityStreams 1 object says, in our columns."""
    said = activity.get("object", activity)
    author = said.get("author") or (said.get("authors") or [{}])[0]
    streams = [each.get("stream") for each in said.get("attachments", [])]
    pictures = [each.get("image") for each in (said, *said.get("attachments", []))]
    media = [
        one["url"] for each in (*pictures, *streams) for one in (each if isinstance(each, list) else [each]) if one
    ]
    return {
        "post_id": said.get("id"),
        "title": said.get("displayName"),
        "text": payload.plain_text(said.get("content")),
        "url": said.get("url"),
        "created_at": said.get("published"),
        "edited_at": said.get("updated"),
        "media": media,
        "author": author.get("displayName"),
        "author_url": author.get("url"),
        "email": author.get("email"),
        "tags": [tag["displayName"] for tag in said.get("tags", []) if tag.get("objectType", "tag") == "tag"],
    }


@pytest.fixture
def differences(shared_data):
    folder = shared_data / "platform_payloads"
    found = {}

    def compare(name: str, of_us: list[dict[str, Any]], of_them: list[dict[str, Any]]) -> None:
        assert len(of_us) == len(of_them) > 0
        for number, (mine, their) in enumerate(zip(of_us, of_them, strict=True)):
            for what in mine:
                if mine[what] != their[what]:
                    found[(name, f"{number}: {what}")] = (mine[what], their[what])

    for name, pair in PAIRS:
        activities = json.loads((folder / "granary_testdata" / pair).read_text())
        activities = activities if isinstance(activities, list) else [activities]
        compare(name, ours((folder / "granary_testdata" / name).read_bytes()), [theirs(each) for each in activities])
    atom = json.loads((folder / "atom.json").read_text())
    spaces = "xmlns:activity='http://activitystrea.ms/spec/1.0/' xmlns:georss='http://www.georss.org/georss'"
    body = f"<feed xmlns='http://www.w3.org/2005/Atom' {spaces}><entry>{atom['INSTAGRAM_ENTRY_BODY']}</entry></feed>"
    compare("atom.json", ours(body.encode()), [theirs(atom["INSTAGRAM_ACTIVITY"])])
    return found


def test_others_made_the_same_of_these_feeds_but_for_what_is_listed(differences):
    assert differences == {key: (mine, their) for key, (mine, their, _) in DIFFERENCES.items()}


ATOM_03 = b"""<feed version="0.3" xmlns="https://purl.org/atom/ns#"><title>Old</title>
<link rel="alternate" type="text/html" href="https://old.example/"/>
<entry><id>urn:1</id><title>One</title><issued>Mon, 01 Jul 2024 01:30:00 +0200</issued>
<modified>Mon, 01 Jul 2024 02:30:00 CEST</modified></entry></feed>"""


def test_all_kinds_of_feeds_have_one_reader_of_dates():
    (post,) = [row for found in rows(ATOM_03) for table, row in found if table == "posts"]
    assert (post["created_at"], post["edited_at"]) == ("2024-07-01T01:30:00+02:00", "2024-07-01T02:30:00+02:00")
    in_json = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_text": "One"}]}
    in_json["items"][0]["date_published"] = "Sun, 30 Jun 2024 23:30:00 -0000"
    (post,) = [row for found in rows(json.dumps(in_json).encode()) for table, row in found if table == "posts"]
    assert post["created_at"] == "2024-06-30T23:30:00+00:00"
