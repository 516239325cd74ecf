from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from jobs.errors import ConfError
from jobs.lake.tables import Lake
from jobs.models import labelled_customers


def _lake(put: Callable[..., None], persons: int = 60) -> None:
    ids = range(persons)
    put(
        "silver.person_links",
        *(
            {"record_kind": "customer", "record_place": "erp", "linked_record_id": f"c{n}", "person_id": f"p{n:02d}"}
            for n in ids
        ),
    )
    put(
        "gold.segment_members",
        *({"person_id": f"p{n:02d}", "model_version": "1", "segment_id": f"s{n % 3}", "level": 3} for n in ids),
        *({"person_id": f"p{n:02d}", "model_version": "communities", "segment_id": "x", "level": 3} for n in ids),
    )
    put(
        "gold.customer_value",
        *(
            {
                "person_id": f"p{n:02d}",
                "as_of_date": date(2025, 3, 1),
                "monetary_score": n % 5 + 1,
                "churn_risk": n / persons,
            }
            | {"recency_days": float(n * 7 % 60)}
            for n in ids
        ),
    )


def _file(folder: Path, rows: list[tuple[str, str]], header: str = "customer_id,truth") -> Path:
    file = folder / "known.csv"
    file.write_text("\n".join([header, *(",".join(row) for row in rows)]) + "\n")
    return file


def test_segments_beside_quintiles(quiet: Lake, put: Callable[..., None], tmp_path: Path) -> None:
    _lake(put)
    file = _file(tmp_path, [(f"c{n}", f"group {n % 3}") for n in range(60)] + [("unknown", "group 1")])
    rows = {
        (row["method"], row["measure"]): row for row in labelled_customers.segments(quiet, file, "customer_id", "truth")
    }
    champion = rows["champion", "ari"]
    assert (champion["value"], champion["value_low"], champion["persons_count"]) == (1.0, 1.0, 60)
    assert rows["naive_monetary_quintile", "ari"]["value"] < 0.05
    assert rows["champion", "ari_less_naive"]["value_low"] > 0.9


def test_churn_beside_recency(quiet: Lake, put: Callable[..., None], tmp_path: Path) -> None:
    _lake(put)
    file = _file(tmp_path, [(f"c{n}", "2025-02-01" if n >= 40 else "") for n in range(60)])
    rows = {
        (row["method"], row["measure"]): row for row in labelled_customers.churn(quiet, file, "customer_id", "truth")
    }
    assert rows["churn_risk", "auc"]["value"] == 1.0
    assert rows["naive_recency", "auc"]["value"] < 0.7
    assert rows["churn_risk", "auc_less_naive"]["value_low"] > 0
    with pytest.raises(ConfError, match="at least two customers who left"):
        labelled_customers.churn(quiet, _file(tmp_path, [(f"c{n}", "no") for n in range(60)]), "customer_id", "truth")


def test_files_that_cannot_be_used(quiet: Lake, put: Callable[..., None], tmp_path: Path) -> None:
    _lake(put)
    file = _file(tmp_path, [("other", "a")])
    with pytest.raises(ConfError, match="0 of its customers can be compared, fewer than 20"):
        labelled_customers.segments(quiet, file, "customer_id", "truth")
    with pytest.raises(ConfError, match="no column segment; its columns are customer_id, truth"):
        labelled_customers.segments(quiet, file, "customer_id", "segment")
    with pytest.raises(ConfError, match="cannot be read as CSV"):
        labelled_customers.segments(quiet, tmp_path / "none.csv", "customer_id", "truth")
