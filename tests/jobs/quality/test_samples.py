import csv
from collections import Counter
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from jobs.errors import ConfError
from jobs.lake import arrow
from jobs.quality import judgements, samples
from transformations.contracts import contract
from transformations.quality import sampling

NOW = datetime(2025, 3, 1, tzinfo=UTC)
ENRICHED = contract("silver.post_enrichments")


@pytest.fixture
def posts(put):
    """60 posts of a microblog and 6 of a forum with a tone each; one has none."""
    tones = ["positive"] * 40 + ["negative"] * 20
    rows = [("microblog", f"1234567890123456{n:03d}", tone) for n, tone in enumerate(tones)]
    rows += [("forum", str(n), "neutral") for n in range(6)] + [("forum", "none", None)]
    said = {"1": '=HYPERLINK("http://evil.example")'}
    put(
        "silver.posts",
        *(
            {
                "channel": channel,
                "post_id": post_id,
                "kind": "post",
                "created_at": NOW,
                "text": said.get(post_id, f'Über {post_id}, "zu" zweit\n und mehr'),
            }
            for channel, post_id, _ in rows
        ),
    )
    put(
        "silver.post_enrichments",
        *({"channel": c, "post_id": p, "tone": tone, "is_relevant": True} for c, p, tone in rows),
    )
    return rows


def _rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _save(path, rows, *, delimiter=",", encoding="utf-8-sig"):
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def test_a_sample_is_stratified_repeatable_and_safe_to_open(quiet, posts, tmp_path):
    drawn = samples.draw(quiet, ENRICHED, None, 22, 7, tmp_path / "a.csv")
    assert (drawn.column, drawn.rows, drawn.without_value) == ("tone", 22, 1)
    assert drawn.strata == {
        "forum / neutral": (6, 5),
        "microblog / negative": (20, 6),
        "microblog / positive": (40, 11),
    }
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = _rows(tmp_path / "a.csv")
    assert Counter(row["stratum"] for row in rows) == {name: drawn for name, (_, drawn) in drawn.strata.items()}
    assert all(row["is_right"] == row["judged"] == "" for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    (risky,) = (row for row in rows if "HYPERLINK" in row["text"])
    assert (risky["text"], risky["key"], risky["value"]) == (
        '\'=HYPERLINK("http://evil.example")',
        '["forum", "1"]',
        "neutral",
    )
    samples.draw(quiet, ENRICHED, None, 22, 7, tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_bytes() == raw
    samples.draw(quiet, ENRICHED, None, 22, 8, tmp_path / "c.csv")
    assert (tmp_path / "c.csv").read_bytes() != raw


def test_a_file_that_is_there_may_hold_answers_and_is_not_overwritten(quiet, posts, tmp_path):
    samples.draw(quiet, ENRICHED, "tone", 5, 7, tmp_path / "a.csv")
    with pytest.raises(ConfError, match="may hold answers"):
        samples.draw(quiet, ENRICHED, "tone", 5, 7, tmp_path / "a.csv")


@pytest.mark.parametrize(("column", "said"), [("post_id", "people can judge"), ("nowhere", "people can judge")])
def test_a_column_that_nobody_judges_is_refused(quiet, posts, tmp_path, column, said):
    with pytest.raises(ConfError, match=said):
        samples.draw(quiet, ENRICHED, column, 5, 7, tmp_path / "a.csv")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\tx", "'quoted", "plain", "", "'"])
def test_neutralised_cells_come_back(cell):
    assert samples.plain(samples.neutral(cell)) == cell
    assert not samples.neutral(cell).startswith(("=", "+", "-", "@", "\t"))


def test_judgements_make_a_weighted_rule_with_an_interval(quiet, posts, settings, tmp_path):
    path = tmp_path / "a.csv"
    samples.draw(quiet, ENRICHED, "tone", 22, 7, path)
    rows = _rows(path)
    assert judgements.outcomes(quiet, settings()) == []
    answers = {
        "microblog / positive": ["yes"] * 9 + ["no"] * 1,
        "microblog / negative": ["ja"] * 2,
        "forum / neutral": [],
    }
    for row in rows:
        row["is_right"] = answers[row["stratum"]].pop() if answers[row["stratum"]] else ""
    _save(path, rows, delimiter=";", encoding="cp1252")  # as a spreadsheet in a German Windows saves it
    found = judgements.read(quiet, path, "ada", NOW)
    assert (found.judged, found.open, found.gone, found.changed, found.unclear) == (12, 10, [], [], [])
    (outcome,) = judgements.outcomes(quiet, settings())
    assert (outcome.code, outcome.property) == ("tone.agrees_with_judges", "accuracy")
    assert (outcome.passing, outcome.applicable) == (11, 12)
    assert outcome.ratio == pytest.approx((40 * 0.9 + 20 * 1.0) / 60)
    assert outcome.low < outcome.ratio < outcome.high
    assert outcome.state == "kept"
    strict = settings({"rules": {"silver.post_enrichments.tone.agrees_with_judges": {"threshold": 0.99}}})
    assert judgements.outcomes(quiet, strict)[0].state == "broken"
    judgements.read(quiet, path, "ada", NOW)  # a second reading changes nothing
    assert judgements.outcomes(quiet, settings()) == [outcome]


def test_nothing_judged_is_no_rule_at_all(quiet, posts, settings, tmp_path):
    samples.draw(quiet, ENRICHED, "tone", 5, 7, tmp_path / "a.csv")
    found = judgements.read(quiet, tmp_path / "a.csv", "ada", NOW)
    assert (found.judged, found.open) == (0, 5)
    assert judgements.outcomes(quiet, settings()) == []


def test_a_written_value_outlives_a_changed_one_and_a_bare_yes_does_not(quiet, posts, put, settings, tmp_path):
    path = tmp_path / "a.csv"
    samples.draw(quiet, ENRICHED, "tone", 66, 7, path)
    rows = {row["key"]: row for row in _rows(path)}
    written, bare, wrong, gone = (f'["forum", "{n}"]' for n in range(4))
    rows[written]["judged"], rows[bare]["is_right"] = "Negative", "yes"
    rows[wrong]["is_right"], rows[gone]["is_right"] = "no", "yes"
    _save(path, list(rows.values()))
    assert judgements.read(quiet, path, "ada", NOW).judged == 4
    assert (
        judgements.outcomes(quiet, settings())[0].passing,
        judgements.outcomes(quiet, settings())[0].applicable,
    ) == (2, 4)

    for n in (0, 1):  # a later model says otherwise
        put("silver.post_enrichments", {"channel": "forum", "post_id": str(n), "tone": "negative"})
    quiet.delete("silver.post_enrichments", "channel = 'forum' and post_id = '3'")
    (now,) = judgements.outcomes(quiet, settings())
    assert (now.passing, now.applicable) == (
        1,
        2,
    )  # the written value holds, the bare yes and the row that is gone say nothing
    assert now.examples == ('["forum", "2"]: neutral',)

    again = judgements.read(quiet, path, "ada", NOW)  # the same file, read after the change
    assert again.judged == 2
    assert [line.split(":")[0] for line in again.changed + again.gone] == [
        f"row {2 + list(rows).index(key)}" for key in (bare, gone)
    ]


def test_answers_that_cannot_be_used_are_named(quiet, posts, tmp_path):
    path = tmp_path / "a.csv"
    samples.draw(quiet, ENRICHED, "tone", 66, 7, path)
    rows = _rows(path)
    rows[0]["is_right"] = "perhaps"
    rows[1]["is_right"], rows[1]["judged"] = "yes", "none of them"
    _save(path, rows)
    found = judgements.read(quiet, path, "ada", NOW)
    assert (found.judged, len(found.unclear)) == (0, 2)
    assert found.unclear[0] == "row 2: is_right is 'perhaps'; write yes or no"


@pytest.mark.parametrize(
    ("text", "said"), [("a,b\n1,2\n", "column column is missing"), ("", "column column is missing")]
)
def test_another_file_is_refused(quiet, tmp_path, text, said):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ConfError, match=said):
        judgements.read(quiet, tmp_path / "a.csv", "ada", NOW)


def test_judges_who_are_at_odds_say_nothing_and_a_majority_counts(quiet, posts, settings, tmp_path):
    path = tmp_path / "a.csv"
    samples.draw(quiet, ENRICHED, "tone", 66, 7, path)
    rows = _rows(path)
    for judge, first, second in (("ada", "yes", "yes"), ("bo", "no", "no"), ("cy", "yes", "")):
        rows[0]["is_right"], rows[1]["is_right"] = first, second
        for row in rows:
            row["judge"] = judge
        _save(path, rows)
        judgements.read(quiet, path, "", NOW)
    (outcome,) = judgements.outcomes(quiet, settings())
    assert (outcome.passing, outcome.applicable) == (1, 1)


def test_a_list_and_a_truth_value_are_compared_as_what_they_are(quiet, put, settings, tmp_path):
    put("silver.post_enrichments", {"channel": "f", "post_id": "1", "topics": ["b", "a"], "is_relevant": True})
    for column, right, passing in (
        ("topics", "A, b", 1),
        ("topics", "a", 0),
        ("is_relevant", "WAHR", 1),
        ("is_relevant", "nein", 0),
    ):
        path = tmp_path / f"{column}{passing}.csv"
        samples.draw(quiet, ENRICHED, column, 5, 7, path)
        (row,) = _rows(path)
        row["judged"] = right
        _save(path, [row])
        judgements.read(quiet, path, "ada", NOW)
        found = {o.code: o.passing for o in judgements.outcomes(quiet, settings())}
        assert found[f"{column}.agrees_with_judges"] == passing


@pytest.mark.parametrize("tones", [("positive", "neutral", None), ("positive",)])
def test_a_sample_is_what_sorting_the_whole_table_would_draw(quiet, tmp_path, tones):
    table = contract("silver.post_enrichments")
    schema = arrow.schema_of(table)
    every = []
    for part in range(4):
        rows = [
            {"channel": "forum" if n % 3 else "blog", "post_id": f"{part}-{n}", "tone": tones[n % len(tones)]}
            for n in range(50)
        ]
        every += rows
        quiet.append_arrow(table.name, pa.Table.from_pylist(rows, schema))
    drawn = samples.draw(quiet, table, "tone", 12, 7, tmp_path / "a.csv")
    valued = [row for row in every if row["tone"] is not None]
    sizes = Counter(f"{row['channel']} / {row['tone']}" for row in valued)
    wanted = sampling.allocation(sizes, 12, 5)
    assert drawn.strata == {name: (sizes[name], wanted[name]) for name in sorted(sizes)}
    assert drawn.without_value == len(every) - len(valued)
    expected = set()
    for name in sizes:
        keys = [samples.key_of(table, row) for row in valued if f"{row['channel']} / {row['tone']}" == name]
        expected |= set(sorted(keys, key=lambda key: sampling.place(7, key))[: wanted[name]])
    written = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert {
        key for key in map(lambda row: samples.key_of(table, row), valued) if key.replace('"', '""') in written
    } == expected
