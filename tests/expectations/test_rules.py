from datetime import UTC, datetime

from expectations import rules
from transformations.contracts import CONTRACTS

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
