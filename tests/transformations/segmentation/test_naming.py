from transformations.segmentation.naming import named


def test_names_follow_the_centre() -> None:
    centres = [(-1, 1.5, 1.5), (-0.5, 0.2, 0.2), (-1, -0.5, -0.4), (1, 0.3, 0.1), (1, -1, -1), (0.5, -0.2, -0.4)]
    assert [row["name"] for row in named(centres)] == [
        "champions",
        "loyal",
        "promising",
        "at risk",
        "dormant",
        "dormant 2",
    ]
    assert named(centres)[5]["segment_id"] == "value_dormant_2"
