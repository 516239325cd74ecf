from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from transformations.segmentation.migration import migration


def test_moves_between_two_versions() -> None:
    found = migration(["a", "a", "a", "b"], ["x", "x", "y", "y"], "1", "2").to_pylist()
    assert [(row["from_segment_id"], row["to_segment_id"], row["members_count"]) for row in found] == [
        ("a", "x", 2),
        ("a", "y", 1),
        ("b", "y", 1),
    ]
    assert [row["share_ratio"] for row in found] == [2 / 3, 1 / 3, 1]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"))))
def test_rows_add_up_to_the_sizes(pairs: list[tuple[str, str]]) -> None:
    before, after = [one for one, _ in pairs], [other for _, other in pairs]
    rows = migration(before, after, "1", "2").to_pylist()
    for of, column in ((before, "from_segment_id"), (after, "to_segment_id")):
        sums: Counter[str] = Counter()
        for row in rows:
            sums[row[column]] += row["members_count"]
        assert sums == Counter(of)
