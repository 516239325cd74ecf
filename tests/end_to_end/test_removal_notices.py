"""Posts of files that conf maps: a platform's notice in place of a text is a deletion, as from a platform's own format."""

import json

SOURCE = """
kind: social
format: {format}
path: {folder}/*.{ending}
channel: {format}
service_type: forum
tables:
  posts:
    columns:
      post_id: id
      kind: "'comment'"
      profile_id: author
      text: body
      created_at: at
"""


def test_a_notice_in_a_mapped_file_deletes_the_post(tmp_path, write_conf, run_conf):
    rows = {
        "1": ("ann", "Still here"),
        "2": ("[deleted]", "Still here too"),
        "3": ("[deleted]", "[removed]"),
        "4": ("ann", "First"),
    }

    def land(name: str, posts: dict[str, tuple[str, str]]) -> None:
        lines = [f"{key},{author},{body},2025-01-01T10:00:00Z" for key, (author, body) in posts.items()]
        (tmp_path / f"{name}.csv").write_text("\n".join(["id,author,body,at", *lines]) + "\n")
        given = [
            {"id": key, "author": author, "body": body, "at": "2025-01-01T10:00:00Z"}
            for key, (author, body) in posts.items()
        ]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, given)) + "\n")

    conf = write_conf(
        {
            "of_csv": SOURCE.format(format="csv", ending="csv", folder=tmp_path),
            "of_json": SOURCE.format(format="json", ending="jsonl", folder=tmp_path),
        }
    )
    land("1", rows)
    report, lake = run_conf(conf, jobs=("land", "social"))
    assert (report.exit_code, report.message) == (0, "")
    land("2", {"4": ("ann", "[deleted]")})
    report, lake = run_conf(conf, jobs=("land", "social"))
    assert (report.exit_code, report.message) == (0, "")
    for channel in ("csv", "json"):
        columns = ("channel", "post_id", "profile_id", "text", "deleted_at")
        posts = lake.arrow("silver.posts", columns, with_deleted=True).to_pylist()
        found = {row["post_id"]: row for row in posts if row["channel"] == channel}
        assert {key: (row["profile_id"], row["text"], row["deleted_at"] is None) for key, row in found.items()} == {
            "1": ("ann", "Still here", True),
            "2": (None, "Still here too", True),
            "3": (None, None, False),
            "4": (None, None, False),
        }
    accounts = {row["profile_id"] for row in lake.rows("silver.profiles")} if lake.exists("silver.profiles") else set()
    assert "[deleted]" not in accounts
