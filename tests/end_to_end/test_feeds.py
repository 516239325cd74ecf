"""A feed that is polled becomes posts; what changes restates them, and conf completes what a format cannot know."""

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

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


@pytest.fixture
def published():
    """Serves `published["feed"]` at /feed.xml, and nothing else."""
    content: dict[str, object] = {"feed": ""}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = str(content["feed"]).encode() if self.path == "/feed.xml" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    content["port"] = server.server_address[1]
    yield content
    server.shutdown()
    server.server_close()


def test_a_feed_is_polled_into_posts_and_what_changes_restates_them(published, write_conf, run_conf, tmp_path):
    (tmp_path / "ann.html").write_text(MARKED)
    conf = write_conf(
        {"blog": FEED.format(port=published["port"]), "bookmarks": BOOKMARKS.format(path=tmp_path / "ann.html")}
    )
    frame = "<rss><channel><title>Alder</title><link>https://alder.example/</link>{}</channel></rss>"
    published["feed"] = frame.format(item(1, "First") + item(2, "No date", "") + "<item><title>broken</item>")
    report, lake = run_conf(conf)
    assert (report.exit_code, report.message) == (0, "")
    assert report.notes == [
        f"blog: http://127.0.0.1:{published['port']}/gone.xml was not read: it answers with status 404; the next run tries again"
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

    published["feed"] = frame.format(item(1, "First, mended") + item(3, "Third"))
    report, lake = run_conf(conf, now=NOW + timedelta(hours=1))
    assert report.exit_code == 0
    titles = {row["post_id"]: row["title"] for row in lake.rows("silver.posts") if row["channel"] == "blog"}
    assert titles == {"1": "First, mended", "2": "No date", "3": "Third"}
    assert row_accounts.mistakes(lake) == []
