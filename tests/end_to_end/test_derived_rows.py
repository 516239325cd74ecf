"""Rows that a job derives stand beside those that a source gives in the same table and batch."""

import json

from jobs.lake import row_accounts

SOURCE = """
kind: social
format: json
path: {folder}/*.jsonl
channel: x
service_type: tagging
tables:
  posts:
    columns:
      post_id: id
      kind: "'post'"
      profile_id: author
      text: text
      tags: "from_json(tags, 'array<string>')"
      created_at: at
  taggings:
    where: helpful is not null
    columns:
      tagging_id: concat('helpful:', id)
      tagger_profile_id: author
      object_kind: "'person'"
      object_id: helpful
      tag: "'helpful'"
      created_at: at
"""
CHOICE = {"jobs": ("land", "social", "derived_taggings")}


def test_derived_rows_are_counted_apart_from_given_ones(tmp_path, write_conf, run_conf):
    folder = tmp_path / "in"
    folder.mkdir()
    conf = write_conf({"posts": SOURCE.format(folder=folder)})

    def land(name: str, *posts: dict) -> None:
        lines = [json.dumps({"at": "2025-01-01T10:00:00Z", "text": "hello", **post}) for post in posts]
        (folder / name).write_text("\n".join(lines) + "\n")

    def taggings() -> list[tuple[str, str]]:
        return sorted((row["tagging_id"], row["source"]) for row in lake.rows("silver.taggings"))

    land(
        "1.jsonl",
        {"id": "1", "author": "ada", "tags": ["tea"]},
        {"id": "2", "author": "bert", "helpful": "ada", "tags": ["tea"]},
    )
    report, lake = run_conf(conf, **CHOICE)
    assert (report.exit_code, report.message) == (0, "")
    assert taggings() == [("helpful:2", "posts"), ("tag:1:tea", "derived:posts"), ("tag:2:tea", "derived:posts")]
    assert row_accounts.mistakes(lake) == []

    land("2.jsonl", {"id": "2", "author": "bert", "tags": ["milk"]}, {"id": "3", "author": "ada", "helpful": "bert"})
    report, lake = run_conf(conf, full=True, **CHOICE)
    assert (report.exit_code, report.message) == (0, "")
    assert taggings() == [("helpful:3", "posts"), ("tag:1:tea", "derived:posts"), ("tag:2:milk", "derived:posts")]
    assert row_accounts.mistakes(lake) == []
