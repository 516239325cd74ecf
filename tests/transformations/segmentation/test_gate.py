import pytest

from transformations.segmentation.gate import objections


@pytest.mark.parametrize(
    ("silhouette", "persons", "champion", "against"),
    [
        (0.4, 100, None, []),
        (0.4, 100, 0.44, []),
        (0.4, 100, 0.46, ["silhouette 0.400, more than 0.05 below the champion's 0.460"]),
        (0.1, 100, None, ["silhouette 0.100, below 0.15"]),
        (0.4, 19, None, ["19 persons, fewer than 20"]),
    ],
)
def test_gate(silhouette: float, persons: int, champion: float | None, against: list[str]) -> None:
    found = objections(
        {"silhouette": silhouette, "persons": persons},
        champion,
        min_silhouette=0.15,
        min_persons=20,
        max_silhouette_loss=0.05,
    )
    assert found == against
