import pandas as pd
import pytest

from jobs.persons.evaluation import evaluate
from jobs.simulate import simulate


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory):
    out = tmp_path_factory.mktemp("twice") / "company"
    simulate(out, customers=400, days=20, seed=5, dirt=False)
    return out / "truth/people.csv"


def test_people_stand_twice_and_share_addresses(people) -> None:
    rows = pd.read_csv(people, dtype=str)
    first = rows[rows["how"] == "first"].set_index("person")
    assert len(first) == 400
    assert 0.3 < (rows["how"].str.contains(r"\+").sum()) / 400 < 0.6
    others = rows[rows["how"].isin(["household", "twin"])]
    assert 40 < len(others) < 120
    of = first.loc[others["person"].str.removesuffix("B")]
    assert (of["street"].to_numpy() == others["street"].to_numpy()).all()
    assert (of["name"].to_numpy() != others["name"].to_numpy()).all()
    twins = others[others["how"] == "twin"]
    same = first.loc[twins["person"].str.removesuffix("B"), "birth_date"]
    assert (same.fillna("").to_numpy() == twins["birth_date"].fillna("").to_numpy()).all()
    moved = rows[rows["how"].str.contains("moved")]
    assert (first.loc[moved["person"], "street"].to_numpy() != moved["street"].to_numpy()).mean() > 0.9


def test_linkage_finds_them_and_keeps_households_apart(people) -> None:
    found = evaluate(people, "person", {}, 0.9, beside_splink=True)
    assert found.persons.precision >= 0.9
    assert found.persons.recall >= 0.95
    assert found.splink or found.splink_failure
    if found.splink:
        assert found.persons.f1 > found.splink[0].f1
