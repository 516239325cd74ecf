"""Expectations that people add: what is refused and how, and how each kind counts."""

import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from expectations import by_hand, gate, suites
from expectations import rules as registry
from expectations.by_hand import ByHandError
from jobs.engine import sessions
from jobs.errors import ConfError
from jobs.quality import catalogue
from jobs.settings import Settings
from transformations.contracts import contract

GOOD = """
expectations:
  - type: expect_column_value_lengths_to_be_between
    kwargs: {column: text, max_value: 3, mostly: 0.6}
    description: the text is too long
    meta: {code: text.short, property: validity}
"""


def write(folder: Path, text: str, name: str = "silver.posts.yaml") -> Path:
    (folder / "expectations").mkdir(exist_ok=True)
    path = folder / "expectations" / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def test_a_file_of_the_conf_folder_is_read_beside_the_shipped_ones(tmp_path, settings):
    write(tmp_path, GOOD)
    found = {one.code: one for one in catalogue.by_hand_of(contract("silver.posts"), settings(), datetime.now(UTC))}
    assert set(found) == {"text.length", "text.short"}
    one = found["text.short"]
    assert (one.property, one.severity, one.threshold, one.message) == ("validity", "warn", 0.6, "the text is too long")
    strict = settings({"rules": {"silver.posts.text.short": {"severity": "stop", "threshold": 1}}})
    (one,) = (
        o for o in catalogue.by_hand_of(contract("silver.posts"), strict, datetime.now(UTC)) if o.code == "text.short"
    )
    assert (one.severity, one.threshold) == ("stop", 1.0)
    assert catalogue.unknown_codes(strict) == []


def test_a_suite_that_great_expectations_wrote_is_read_as_it_is(tmp_path):
    import great_expectations as gx
    import great_expectations.expectations as gxe

    gx.get_context(mode="ephemeral")
    expectation = gxe.ExpectColumnValuesToNotBeNull(
        column="text", mostly=0.5, severity="critical", meta={"code": "text.there", "property": "existence"}
    )
    suite = gx.ExpectationSuite(name="posts", expectations=[expectation])
    path = tmp_path / "silver.posts.json"
    import json

    path.write_text(json.dumps(suite.to_json_dict()))
    (one,) = by_hand.load([path])
    assert (one.type, one.kwargs["column"], one.severity, one.threshold) == (
        "expect_column_values_to_not_be_null",
        "text",
        "stop",
        0.5,
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("property: validity", "property: beauty", "meta.property is 'beauty'; expected one of existence, validity"),
        (", property: validity", "", "meta.property is None"),
        (
            "code: text.short, ",
            "",
            r"expectation 1 \(expect_column_value_lengths_to_be_between\): meta.code is missing",
        ),
        ("text.short", "Text Short", "expected lower case letters"),
        ("text.short", "text.length", "is also in"),
        ("text.short", "created_at.required", "already has a rule with that code"),
        ("column: text", "column: txt", "column txt: silver.posts has no such column"),
        ("property: validity}", "property: validity, severity: quarantine}", "expected warn .* or stop"),
        ("mostly: 0.6", "mostly: 60", "meta.threshold .or mostly. is 60"),
        ("type:", "kind:", "unknown key kind"),
        ("to_be_between", "to_be_beetween", "has no .*; did you mean expect_column_value_lengths_to_be_between"),
        ("expect_column_value_lengths_to_be_between", "wonders", "has no wonders; its gallery"),
        ("expectations:", "rules:", "expected a list under the key expectations"),
        ("kwargs: {", "kwargs: [", "is not valid YAML"),
    ],
)
def test_what_cannot_be_used_is_refused_with_file_and_place(tmp_path, settings, old, new, said):
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ConfError, match=said) as error:
        catalogue.unknown_codes(settings())
    assert str(path) in str(error.value)


def test_every_expectation_of_the_core_and_ours_is_known():
    import great_expectations.expectations.registry as gx

    import expectations.custom  # noqa: F401  (registers ours)

    assert by_hand._types() >= {
        name for name in gx.list_registered_expectation_implementations() if not name.startswith("_")
    }


def test_a_range_is_said_with_its_columns_name():
    rules = registry.all_rules(contract("silver.customers"), registry.RuleContext(as_of=datetime(2026, 1, 1)))
    (said,) = (rule.message for rule in rules if rule.code == "birth_date.in_range")
    assert said == "birth_date is out of range; expected birth_date >= '1900-01-01'"


def test_a_file_of_no_table_is_refused(tmp_path, settings):
    write(tmp_path, GOOD, "silver.postings.yaml")
    with pytest.raises(ConfError, match=r"there is no table silver\.postings"):
        catalogue.unknown_codes(settings())


@pytest.mark.parametrize(("old", "new"), [("max_value: 3", "max_value: three"), ("column: text, ", "")])
def test_what_great_expectations_refuses_names_the_file(tmp_path, old, new):
    path = write(tmp_path, GOOD.replace(old, new))
    given = by_hand.load([path])
    with pytest.raises(ByHandError, match=r"silver\.posts\.yaml: text\.short"):
        suites.by_hand_expectations(contract("silver.posts"), given, str)


def test_a_changed_file_means_new_work_for_its_table_alone(tmp_path, settings: Settings):
    before = {name: catalogue.files_mark(settings(), {name}) for name in ("silver.posts", "silver.orders")}
    write(tmp_path, GOOD)
    after = {name: catalogue.files_mark(settings(), {name}) for name in ("silver.posts", "silver.orders")}
    assert before["silver.orders"] == after["silver.orders"] == ""
    assert before["silver.posts"] != after["silver.posts"] != ""


KINDS = """
expectations:
  - {type: expect_column_values_to_be_between, kwargs: {column: rating, max_value: 5}, meta: {code: map, property: validity}}
  - {type: expect_column_values_to_not_be_null, kwargs: {column: rating}, meta: {code: there, property: existence}}
  - {type: expect_column_max_to_be_between, kwargs: {column: rating, max_value: 5}, meta: {code: max, property: validity}}
  - {type: expect_table_row_count_to_be_between, kwargs: {min_value: 1}, meta: {code: rows, property: existence}}
  - type: expect_compound_columns_to_be_unique
    kwargs: {column_list: [title, text]}
    meta: {code: unique, property: integrity}
  - type: unexpected_rows_expectation
    kwargs: {unexpected_rows_query: "select * from {batch} where title = text"}
    meta: {code: query, property: consistency}
  - type: expect_column_values_to_satisfy
    kwargs: {column: rating, condition: "rating <> 4"}
    meta: {code: sql, property: accuracy}
"""


def test_every_kind_counts_its_cases(tmp_path, spark):
    rows = sessions.frame(
        spark,
        [("1", 4.0, "a", "b"), ("2", 9.0, "a", "b"), ("3", None, "c", "c"), ("4", 3.0, "d", "e")],
        "post_id string, rating double, title string, text string",
    )
    given = by_hand.load([write(tmp_path, KINDS)])
    found = gate.counted(rows, "silver.posts", suites.by_hand_expectations(contract("silver.posts"), given, str), 2)
    assert {code: gate.cases(one, 4) for code, one in found.items()} == {
        "map": (2, 3, ("9.0",)),
        "there": (3, 4, ()),
        "max": (0, 1, ("observed 9.0",)),
        "rows": (1, 1, ()),
        "unique": (2, 4, ("{'title': 'a', 'text': 'b'}",)),
        "query": (3, 4, ()),
        "sql": (3, 4, ("4.0",)),
    }


def test_rows_of_any_session_are_asked(tmp_path, spark):
    """Great Expectations keeps the session that it saw first; the query of an expectation is about a view of the rows."""
    given = by_hand.load([write(tmp_path, KINDS)])
    asked = [
        one for one in suites.by_hand_expectations(contract("silver.posts"), given, str) if one.meta["code"] == "query"
    ]
    for session in (sessions.isolated(spark, {}), spark, sessions.isolated(spark, {})):
        rows = sessions.frame(session, [("1", "c", "c"), ("2", "d", "e")], "post_id string, title string, text string")
        found = gate.counted(rows, "silver.posts", asked, 2)
        assert gate.cases(found["query"], 2) == (1, 2, ())
