"""A feed that is polled becomes posts; what changes restates them, and conf completes what a format cannot know."""

from datetime import UTC, datetime, timedelta

from web_server import say

from jobs.lake import row_accounts

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
FEED = """
kind: social
format: feed
channel: blog
service_type: syndication
feed: {{urls: ["http://127.0.0.1:{port}/feed.xml", "http://127.0.0.1:{port}/gone.xml"], allow_private: true}}
tables:
  posts: {{columns: {{created_at: "coalesce(created_at, cast(_landed_at as string))"}}}}
"""
BOOKMARKS = """
kind: social
format: bookmarks
channel: bookmarks
service_type: tagging
path: {path}
tables:
  posts: {{columns: {{profile_id: "'ann'", post_id: "concat('ann:', post_id)"}}}}
  taggings: {{columns: {{tagger_profile_id: "'ann'", tagging_id: "concat('ann:', tagging_id)"}}}}
"""
MARKED = (
    '<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p><DT><H3>Coffee</H3><DL><p><DT><A HREF="https://a.example/" '
    'ADD_DATE="1700000000">A</A></DL></DL>\n'
)


def item(guid: int, title: str, date: str = "<pubDate>Fri, 02 Jan 2026 10:00:00 GMT</pubDate>") -> str:
    return f"<item><guid>{guid}</guid><title>{title}</title>{date}</item>"


def test_a_feed_is_polled_into_posts_and_what_changes_restates_them(server, write_conf, run_conf, tmp_path):
    (tmp_path / "ann.html").write_text(MARKED)
    conf = write_conf(
        {"blog": FEED.format(port=server.port), "bookmarks": BOOKMARKS.format(path=tmp_path / "ann.html")}
    )
    frame = "<rss><channel><title>Alder</title><link>https://alder.example/</link>{}</channel></rss>"
    server.answers["/feed.xml"] = say(
        frame.format(item(1, "First") + item(2, "No date", "") + "<item><title>broken</item>").encode()
    )
    report, lake = run_conf(conf)
    assert (report.exit_code, report.message) == (0, "")
    assert report.notes == [
        f"blog: http://127.0.0.1:{server.port}/gone.xml was not read: it answers with status 404; the next run tries again",
        "blog: 1 of 3 records cannot be read; most often (1): malformed_xml: mismatched tag: line 1, column 35 "
        "(scrm quarantine --table blog)",
    ]
    posts = {row["post_id"]: row for row in lake.rows("silver.posts") if row["channel"] == "blog"}
    assert {key: (row["title"], row["profile_id"], row["created_at"]) for key, row in posts.items()} == {
        "1": ("First", "https://alder.example/", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        "2": ("No date", "https://alder.example/", NOW),
    }
    assert [row["reasons"][0]["code"] for row in lake.rows("quarantine.blog")] == ["malformed_xml"]
    (tagging,) = lake.rows("silver.taggings")
    assert (tagging["tagger_profile_id"], tagging["object_id"], tagging["tag"]) == (
        "ann",
        "https://a.example/",
        "Coffee",
    )
    (marked,) = (row for row in lake.rows("silver.posts") if row["channel"] == "bookmarks")
    assert (marked["profile_id"], marked["post_id"][:4], marked["tags"]) == ("ann", "ann:", ["Coffee"])

    server.answers["/feed.xml"] = say(frame.format(item(1, "First, fixed") + item(3, "Third")).encode())
    report, lake = run_conf(conf, now=NOW + timedelta(hours=1))
    assert report.exit_code == 0
    titles = {row["post_id"]: row["title"] for row in lake.rows("silver.posts") if row["channel"] == "blog"}
    assert titles == {"1": "First, fixed", "2": "No date", "3": "Third"}
    assert row_accounts.mistakes(lake) == []
