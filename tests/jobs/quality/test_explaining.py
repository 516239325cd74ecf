"""What becomes of a verdict that the counts contradict."""

from types import SimpleNamespace

import pytest

from jobs.errors import GateStopped
from jobs.quality.explaining import check_agreement

KEPT, BROKEN = SimpleNamespace(success=True), SimpleNamespace(success=False)


@pytest.mark.parametrize(
    ("verdicts", "broken", "message"),
    [
        ({"a": KEPT}, {"a": 2}, "says that it holds, the one-pass count finds 2 broken cases"),
        ({"a": BROKEN}, {"a": 0}, "says that it is broken, the one-pass count finds 0 broken cases"),
        ({}, {"a": 0}, "did not judge it"),
    ],
)
def test_a_contradiction_stops_at_the_gate_and_is_not_tried_again(verdicts, broken, message):
    with pytest.raises(GateStopped, match=f"silver.orders.a: .*{message}") as stopped:
        check_agreement("silver.orders", verdicts, broken)
    assert stopped.value.exit_code == 3


def test_verdicts_that_agree_with_the_counts_pass():
    check_agreement("silver.orders", {"a": KEPT, "b": BROKEN}, {"a": 0, "b": 1})
