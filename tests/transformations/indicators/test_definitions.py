"""The catalogue against what is computed, and against the list of what the product's design asks for."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

from jobs.lake import arrow
from transformations.contracts import CONTRACTS, contract
from transformations.indicators import definitions
from transformations.indicators.definitions import CATALOGUE, INDICATORS, THEMES

ASKED_FOR = {
    # web
    *("page_views", "clicks", "visitors", "sessions", "views_per_session", "time_on_page_seconds", "stickiness"),
    *("repeat_visit_ratio", "repeat_view_ratio", "bounce_ratio", "conversion_ratio"),
    # social, generic
    *("volume", "topic_mentions", "volume_against_history", "volume_anomaly_score", "tone_positive_ratio"),
    *("tone_neutral_ratio", "tone_negative_ratio", "net_tone", "unlabelled_ratio", "coverage", "authority_changes"),
    *("share_of_voice", "impressions", "reach", "post_clicks", "engagement_ratio", "virality", "cascade_depth"),
    *("cascade_width",),
    # social CRM, specific
    *("posts", "participants", "new_participants", "participation_ratio", "first_response_seconds"),
    *("first_response_p90_seconds", "first_response_business_seconds", "reply_seconds", "first_answer_seconds"),
    *("first_answer_seconds_answered", "first_resolution_seconds", "resolution_seconds", "resolution_p90_seconds"),
    *("reopened_ratio", "tickets", "open_tickets", "answer_accuracy", "peer_answer_ratio", "replies_saved", "reads"),
    *("awaited_response_ratio", "resolution_business_seconds"),
    *("ticket_response_seconds", "ticket_response_p90_seconds"),
    *("touched_purchase_ratio", "untouched_purchase_ratio"),
    *("readers", "reads_per_issue", "read_shares", "ideas_raised", "ideas_supported", "ideas_taken_up", "satisfaction"),
    *("satisfied_customers_ratio", "advocates", "referral_conversions", "two_way_ratio", "unanswered_ratio"),
    *(
        "customer_to_customer_ratio",
        "broadcast_ratio",
        "interaction",
        "collaboration",
        "commitment",
        "staff_involvement",
    ),
    # customer and business
    *("revenue", "all_lines_total", "margin", "orders", "average_order_value", "active_customers", "new_customers"),
    *("retention_ratio", "churn_ratio", "repurchase_ratio", "cross_sell_ratio", "clv", "cost", "acquisition_cost"),
    *("return_ratio", "campaign_reach", "response_ratio", "campaign_conversion_ratio", "roi", "linked_customer_ratio"),
    *("social_customer_ratio", "consumer_conversion_ratio", "community_revenue_share", "segment_revenue_share"),
    # the product's own data
    *("quarantined_rows", "quarantine_age_days"),
}


def computed(theme: str) -> dict[str, object]:
    module = import_module(f"transformations.indicators.{theme}")
    medians = getattr(module, "MEDIANS", {})
    of_medians = {}
    for name, of in medians.items():
        of_medians |= of if isinstance(of, dict) else {name: of}
    return module.PARTS | of_medians


def test_the_catalogue_is_what_was_asked_for() -> None:
    assert set(CATALOGUE) == ASKED_FOR


def test_a_theme_is_declared_and_computed_in_modules_of_one_name() -> None:
    modules = {module.name for module in iter_modules(definitions.__path__)} - {"indicator"}
    assert modules == set(THEMES)
    assert len(CATALOGUE) == len(INDICATORS)


@pytest.mark.parametrize("theme", THEMES)
def test_declared_is_what_is_computed_by_the_function_of_its_name(theme: str) -> None:
    functions = computed(theme)
    assert sorted(functions) == sorted(its.indicator_id for its in THEMES[theme])
    for indicator_id, function in functions.items():
        assert getattr(function, "__name__", indicator_id) == indicator_id


def test_rows_keep_the_contract() -> None:
    table = contract("gold.indicator_catalogue")
    rows = arrow.pa.Table.from_pylist([its.row() for its in INDICATORS], arrow.schema_of(table))
    for row in rows.to_pylist():
        assert all(row.values()), f"{row['indicator_id']} leaves something empty"
        assert row["aggregation"] in table.field("aggregation").allowed
        assert row["better"] in table.field("better").allowed
        assert set(row["grains"]) <= set(contract("gold.indicator_values").field("grain").allowed)
        assert set(row["source_tables"]) <= set(CONTRACTS)


def test_what_indicators_need_are_columns_that_a_source_fills():
    for indicator in INDICATORS:
        assert indicator.needs
        for need in indicator.needs:
            name, column = need.rsplit(".", 1)
            assert column in CONTRACTS[name].names, need


def test_a_quantile_and_a_share_of_independent_rows_have_an_interval() -> None:
    without = {its.indicator_id for its in INDICATORS if its.aggregation in ("ratio", "quantile") and not its.interval}
    assert without == {
        *(
            "stickiness",
            "time_on_page_seconds",
            "views_per_session",
            "repeat_view_ratio",
        ),  # of several rows of a visitor
        *("volume_against_history", "volume_anomaly_score"),
        *("engagement_ratio", "virality", "reads_per_issue"),  # above 1, or of sums
        *("return_ratio", "average_order_value", "acquisition_cost", "roi"),  # of amounts
        *("clv", "community_revenue_share", "segment_revenue_share"),
        *("cascade_depth", "cascade_width", "interaction", "collaboration"),  # above 1
        "commitment",  # of several months of a person
        "satisfied_customers_ratio",  # a lower bound
        "quarantine_age_days",
    }
    assert CATALOGUE["net_tone"].interval == "difference"
    assert {its.interval for its in INDICATORS if its.aggregation == "quantile"} == {"quantile"}
