import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.network.authority import authority_class


def classes(influence: list[float], ids: list | None = None, **options) -> list:
    return authority_class(pa.array(ids or range(len(influence))), np.array(influence, float), **options).to_pylist()


def test_shares_of_two_hundred():
    found = classes(list(range(200)))
    assert found[::-1] == ["A"] * 2 + ["B"] * 18 + ["C"] * 80 + ["D"] * 100


@pytest.mark.parametrize(
    ("population", "expected"),
    [(0, ""), (1, "A"), (2, "AD"), (3, "ACD"), (10, "ACCCCDDDDD"), (11, "ABCCCCDDDDD"), (700, None)],
)
def test_small_populations_have_a_top_one(population, expected):
    found = "".join(classes([-i for i in range(population)]))
    if expected is None:
        assert [found.count(c) for c in "ABCD"] == [7, 63, 280, 350]
    else:
        assert found == expected


def test_below_the_minimum_population_nobody_has_a_class():
    assert classes([1, 2, 3], minimum_population=4) == [None, None, None]
    assert classes([1, 2, 3], minimum_population=3) == ["D", "C", "A"]


def test_ties_go_to_the_smaller_id_wherever_it_stands():
    assert classes([0.5, 0.5, 0.1], ids=["b", "a", "c"]) == ["C", "A", "D"]


def test_other_shares():
    assert classes([4, 3, 2, 1], shares=(0.25, 0.25, 0.25)) == ["A", "B", "C", "D"]


@pytest.mark.parametrize("wrong", [{"shares": (0.5, 0.6, 0.1)}, {"shares": (0.5, 0.5)}, {"shares": (-0.1, 0.5, 0.1)}])
def test_shares_that_do_not_fit(wrong):
    with pytest.raises(ValueError, match="shares"):
        classes([1, 2], **wrong)


def test_influence_that_does_not_fit():
    with pytest.raises(ValueError, match="not finite"):
        classes([1, float("nan")])
    with pytest.raises(ValueError, match="2 ids but 1"):
        classes([1.0], ids=["a", "b"])


@given(influence=st.lists(st.integers(0, 5), min_size=1, max_size=300), data=st.data())
def test_higher_influence_never_has_a_lower_class(influence, data):
    found = classes(influence)
    ranked = [c for _, c in sorted(zip(influence, found), key=lambda pair: (-pair[0], pair[1]))]
    assert ranked == sorted(ranked)
    order = data.draw(st.permutations(range(len(influence))))
    assert classes([influence[i] for i in order], ids=list(order)) == [found[i] for i in order]
