"""Results that tell to delete what is not held: in quarantine until something tells of it, and effective whenever it lands."""

from runs import MICROBLOG

POST = (
    '{{"data":{{"id":"{id}","author_id":"{who}","created_at":"2024-02-01T08:00:00.000Z","text":"It leaks"}},'
    '"includes":{{"users":[{{"id":"{who}","username":"u{who}"}}]}}}}\n'
)
RESULT = '{{"id":"{id}","action":"delete","created_at":"2024-02-01T08:00:00.000Z","reason":"{reason}"{at}}}\n'
AT = ',"redacted_at":"2024-02-20T10:00:00.000Z"'


def test_a_result_about_what_is_not_held_is_in_quarantine_and_holds(tmp_path, write_conf, run_conf):
    other = MICROBLOG.format(path=tmp_path / "in" / "*.other", channel="y")
    conf = write_conf({"tweets": MICROBLOG.format(path=tmp_path / "in" / "*.jsonl", channel="x"), "other": other})
    (tmp_path / "in").mkdir()

    (tmp_path / "in" / "0.other").write_text(POST.format(id="900007", who="77"))

    def runs(name: str = "", text: str = "", *, full: bool = False):
        if name:
            (tmp_path / "in" / f"{name}.jsonl").write_text(text)
        report, lake = run_conf(conf, jobs=("land", "social"), full=full)
        assert (report.exit_code, report.message) == (0, "")
        aside = lake.rows("quarantine.tweets") if lake.exists("quarantine.tweets") else []
        posts = {row["post_id"]: (row["text"], row["deleted_at"]) for row in lake.rows("silver.posts", "channel = 'x'")}
        told = sorted((row["reasons"][0]["code"], row["reasons"][0]["message"].split()[0]) for row in aside)
        return told, posts, lake

    told, posts, _ = runs("1", POST.format(id="900001", who="71"))
    assert (told, posts["900001"][0]) == ([], "It leaks")
    told, posts, _ = runs(
        "2",
        RESULT.format(id="900001", reason="deleted", at=AT)
        + RESULT.format(id="900009", reason="deleted", at=AT)
        + RESULT.format(id="71", reason="suspended", at="")
        + RESULT.format(id="79", reason="suspended", at=""),
    )
    assert told == [("not_held", "79"), ("not_held", "900009")]
    assert posts["900001"][0] is None
    (tmp_path / "in" / "1.other").write_text(
        POST.format(id="900009", who="79")
    )  # another channel tells nothing of this one
    assert runs()[0] == [("not_held", "79"), ("not_held", "900009")]
    told, posts, lake = runs("3", POST.format(id="900009", who="70"))
    assert (told, posts["900009"][0]) == ([("not_held", "79")], None)
    assert posts["900009"][1] is not None
    hashes = lake.hash("silver.posts")
    told, _, lake = runs(full=True)
    assert (told, lake.hash("silver.posts")) == ([("not_held", "79")], hashes)
