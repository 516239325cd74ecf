import pytest

from transformations.segmentation.gate import Limits, objections

GOOD = {"silhouette": 0.4, "persons": 100, "bootstrap_ari": 0.9, "smallest_share": 0.1, "moved_share": 0.2}


@pytest.mark.parametrize(
    ("changed", "champion", "against"),
    [
        ({}, None, []),
        ({}, 0.44, []),
        ({}, 0.46, ["silhouette 0.400, more than 0.05 below the champion's 0.460"]),
        ({"silhouette": 0.1}, None, ["silhouette 0.100, below 0.15"]),
        ({"persons": 19}, None, ["19 persons, fewer than 20"]),
        ({"bootstrap_ari": 0.59}, None, ["bootstrap ARI 0.590, below 0.6"]),
        ({"smallest_share": 0.005}, None, ["the smallest segment has 0.50% of the persons, fewer than 1.00%"]),
        ({"moved_share": 0.61}, 0.4, ["61% of the persons would change their segment, more than 50%"]),
        ({"moved_share": 0.61}, None, []),
    ],
)
def test_gate(changed: dict, champion: float | None, against: list[str]) -> None:
    assert objections(GOOD | changed, champion, Limits()) == against
