"""The example to copy for platforms that no other example covers: one small made-up export of each, on both engines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from engines import by_embedded

from bench.engines import differing, hashes_of
from jobs import settings as conf
from jobs.lake import row_accounts
from jobs.lake.tables import Lake
from jobs.runner.execution import Choice, execute

EXAMPLE = Path(__file__).resolve().parents[2] / "conf" / "examples" / "your_platforms"
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
AT, LATER = "2026-01-01T10:00:00Z", "2026-01-02T10:00:00Z"
SECONDS = 1_767_261_600  # AT
PAGE = "https://shop.example/grinder"

BOOKMARKS = (
    "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE>\n<H1>Menu</H1>\n<DL><p>\n"
    f'<DT><A HREF="{PAGE}" ADD_DATE="{SECONDS}" TAGS="espresso,grinder">A grinder &amp; more</A>\n</DL><p>\n'
)
RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>{who}</title><link>https://{host}/</link>'
    "<item><title>{title}</title><link>https://{host}/1</link><guid>https://{host}/1</guid>"
    "<pubDate>Thu, 01 Jan 2026 10:00:00 GMT</pubDate><description>It&#8217;s here</description></item></channel></rss>"
)
WIKI = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" xml:lang="de"><siteinfo><sitename>Alder</sitename>'
    "<base>https://wiki.example/wiki/Start</base></siteinfo><page><title>Röstung</title><ns>0</ns><id>12</id>"
    "<revision><id>1</id><timestamp>2026-01-01T10:00:00Z</timestamp><contributor><username>Ann</username><id>3</id>"
    "</contributor><model>wikitext</model><text>Dunkel.</text></revision></page></mediawiki>"
)
BLOG = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Alder</title>'
    "<link>https://blog.example</link><item><title>Beans</title><link>https://blog.example/7</link><dc:creator>ann</dc:creator>"
    "<content:encoded><![CDATA[<p>Fresh</p>]]></content:encoded><wp:post_id>7</wp:post_id>"
    "<wp:post_date_gmt>2026-01-01 10:00:00</wp:post_date_gmt><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>"
    "</item></channel></rss>"
)
POST = {
    "id": 501,
    "topic_id": 42,
    "topic_title": "Which grinder?",
    "post_number": 1,
    "post_type": 1,
    "user_id": 7,
    "username": "ada",
    "created_at": AT,
    "updated_at": LATER,
    "cooked": "<p>Which <b>grinder</b>?</p>",
    "version": 2,
}
NOTE = {
    "id": "n1",
    "created": AT,
    "updated": AT,
    "user": "acct:ada@hypothes.is",
    "uri": PAGE,
    "text": "Worth a look",
    "tags": ["grinder"],
    "group": "__world__",
    "permissions": {"read": ["group:__world__"]},
    "target": [{"source": PAGE}],
    "document": {"title": ["Grinders"]},
}
CHANGE = {
    "type": "edit",
    "ns": 0,
    "title": "Röstung",
    "pageid": 12,
    "revid": 2,
    "old_revid": 1,
    "rcid": 100,
    "user": "Ann",
    "userid": 3,
    "timestamp": LATER,
    "comment": "less bitter",
}
MARK = {
    "href": PAGE,
    "description": "A grinder",
    "extended": "Later",
    "hash": "3c",
    "time": AT,
    "shared": "yes",
    "tags": "web",
}
LINK = {
    "id": "a",
    "name": "t3_a",
    "author": "ada",
    "author_fullname": "t2_7",
    "title": "Tea &amp; I",
    "selftext": "I love it 😀",
    "created_utc": SECONDS,
    "score": 3,
    "num_comments": 0,
    "permalink": "/r/tea/comments/a/",
    "subreddit": "tea",
}
REVIEW = {
    "review_id": "r1",
    "item_id": "SKU-1",
    "rating": 8,
    "best_rating": 10,
    "worst_rating": 1,
    "title": "Good",
    "text": "Boils fast",
    "author_id": "a7",
    "created_at": AT,
    "language": "en-GB",
}
VIDEO = {
    "kind": "youtube#video",
    "id": "v1",
    "snippet": {"publishedAt": AT, "channelId": "UC1", "channelTitle": "Alder TV", "title": "How to brew"},
    "statistics": {"viewCount": "1500", "likeCount": "40", "commentCount": "6"},
}
TICKET = {
    "id": 35,
    "subject": "Kettle leaks",
    "description": "It leaks.",
    "status": "open",
    "requester_id": 1,
    "created_at": AT,
    "updated_at": LATER,
}
FILES = {
    "bookmarks/ada.html": BOOKMARKS,
    "competitors/kestrel.xml": RSS.format(who="Kestrel", host="kestrel.example", title="Introducing Press One"),
    "discourse/latest.json": json.dumps({"latest_posts": [POST]}),
    "feeds/alder.xml": RSS.format(who="Alder", host="alder.example", title="Beans of the year"),
    "hypothesis/notes.json": json.dumps({"total": 1, "rows": [NOTE]}),
    "mediawiki/dump.xml": WIKI,
    "mediawiki_changes/changes.json": json.dumps({"query": {"recentchanges": [CHANGE]}}),
    "pinboard/ada.json": json.dumps([MARK]),
    "reddit/tea.json": json.dumps(
        {"kind": "Listing", "data": {"after": None, "children": [{"kind": "t3", "data": LINK}]}}
    ),
    "reviews/shop.jsonl": json.dumps(REVIEW) + "\n",
    "wordpress/blog.xml": BLOG,
    "youtube/videos.json": json.dumps({"kind": "youtube#videoListResponse", "items": [VIDEO]}),
    "zendesk/tickets.json": json.dumps(
        {"tickets": [TICKET], "users": [{"id": 1, "email": "ada@mail.example", "role": "end-user"}]}
    ),
}
STAGES = ("land", "silver", "enrich")
"""Where formats matter; what is made of these tables is held against the other engine by the other examples."""


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("platforms")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def ran(spark, data, tmp_path_factory) -> Lake:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCRM_PLATFORMS", str(data))
        patch.setenv("SCRM_LAKE", str(tmp_path_factory.mktemp("lake")))
        settings = conf.load(EXAMPLE)
        lake = Lake(settings.base.lake.root, lambda: spark)
        report = execute(settings, Choice(stages=STAGES), clock=lambda: NOW, lake=lake)
    assert (report.exit_code, report.message) == (0, "")
    return lake


def test_each_source_lands_its_file_whole(ran: Lake) -> None:
    accounts = [row for row in ran.rows("ops.row_accounts") if row["table_name"].startswith("bronze.")]
    assert {row["table_name"].removeprefix("bronze.") for row in accounts} == {
        path.stem for path in (EXAMPLE / "sources").iterdir()
    }
    assert all(row["landed"] == row["parsed"] > 0 for row in accounts)
    assert row_accounts.mistakes(ran) == []
    assert ran.names("quarantine") == []


def test_what_they_say_is_in_silver(ran: Lake) -> None:
    posts = {row["channel"]: (row["kind"], row["created_at"]) for row in ran.rows("silver.posts")}
    at = datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert {channel: kind for channel, (kind, _) in posts.items()} == {
        "blog": "article",
        "bookmarks": "bookmark",
        "community": "post",
        "feeds": "article",
        "hypothesis": "bookmark",
        "pinboard": "bookmark",
        "reddit": "post",
        "reviews": "review",
        "wiki": "wiki_edit",
        "youtube": "media",
    }
    assert {channel for channel, (_, created) in posts.items() if created != at} <= {"wiki"}  # of two edits
    (release,) = ran.rows("silver.competitor_releases")
    assert (release["competitor"], release["observed_at"]) == ("Kestrel", at)
    (ticket,) = ran.rows("silver.tickets")
    assert (ticket["email"], ticket["opened_at"]) == ("ada@mail.example", at)


@pytest.mark.slow
@pytest.mark.usefixtures("jvm")
def test_the_embedded_engine_ends_in_the_same_content(ran: Lake, data: Path, tmp_path: Path) -> None:
    made = by_embedded(EXAMPLE, tmp_path / "lake", NOW, SCRM_PLATFORMS=str(data), STAGES=" ".join(STAGES))
    expected = hashes_of(ran)
    assert len(expected) > 8
    assert differing(hashes_of(made), expected) == []
