from datetime import UTC, datetime

from expectations import rules
from transformations.contracts import CONTRACTS, contract

CONTEXT = rules.RuleContext(datetime(2025, 1, 1, tzinfo=UTC))


def test_every_property_has_a_rule_and_every_code_is_one_rules():
    found = {}
    for table in CONTRACTS.values():
        codes = [rule.code for rule in rules.all_rules(table, CONTEXT)]
        assert len(codes) == len(set(codes)), table.name
        if table.layer == "silver":
            for rule in rules.all_rules(table, CONTEXT):
                found.setdefault(rule.property, []).append(rule.code)
    assert set(found) == {"existence", "validity", "consistency", "integrity", "accuracy", "relevance"}


def test_what_cannot_be_read_says_what_conf_can_do():
    told = {rule.code: rule.message for rule in rules.row_rules(contract("silver.order_lines"), CONTEXT)}
    assert told["quantity.readable"].endswith("; a decimal comma needs replace(COLUMN, ',', '.') in conf")
    told = {rule.code: rule.message for rule in rules.row_rules(contract("silver.orders"), CONTEXT)}
    assert told["ordered_at.readable"].endswith("such as to_timestamp(COLUMN, 'dd/MM/yyyy')")
