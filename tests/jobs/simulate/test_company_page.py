from pathlib import Path

import pandas as pd
import pytest

from jobs.simulate import simulate


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("page") / "company"
    simulate(out, customers=400, days=60, seed=5, dirt=False)
    return out


def test_most_who_become_customers_turn_to_the_page_before(made: Path) -> None:
    acts = pd.read_json(made / "microblog/company_page.jsonl", lines=True)
    later = pd.read_csv(made / "truth/later_customers.csv", parse_dates=["joined_on"])
    assert len(later) > 20
    assert 0.5 < later["comes_closer"].mean() < 0.9
    assert acts["act_id"].is_unique
    assert set(acts["act"]) == {"reaction", "share"}
    assert set(acts["page_id"]) == {"u0000001"}
    seen = acts.merge(later, left_on="profile_id", right_on="microblog_profile_id")
    before = seen[pd.to_datetime(seen["at"], utc=True) < seen["joined_on"].dt.tz_localize("UTC")]
    closer = later[later["comes_closer"]]["microblog_profile_id"]
    assert closer.isin(before["profile_id"]).mean() > 0.85  # of some the weeks before lie before the run


def test_customers_are_those_of_the_erp_with_their_day(made: Path) -> None:
    later = pd.read_csv(made / "truth/later_customers.csv")
    customers = pd.read_csv(made / "erp/customers.csv").set_index("customer_id")
    created = pd.to_datetime(customers.loc[later["customer_id"], "created_at"], utc=True, format="mixed")
    assert (created.dt.strftime("%Y-%m-%d").to_numpy() == later["joined_on"].to_numpy()).mean() > 0.99
