"""What makes a table be judged again."""

from datetime import UTC, datetime

from jobs import settings as conf
from jobs.job import Run
from jobs.quality import judged
from transformations.contracts import contract

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = "kind: erp\nformat: csv\npath: /in.csv\ntables: {customers: {columns: {customer_id: id}}}\n"
COMPANY = """name: Alder
references:
- {name: codes, table: silver.customers, reference: '${WHERE}/codes.csv', on: {postcode: code}}
"""


def test_what_a_trusted_list_holds_makes_its_table_be_judged_again_and_how_its_place_is_written_does_not(
    write_conf, monkeypatch
):
    folder = write_conf({"shop": SHOP}, company=COMPANY)

    def mark(place: str, table: str = "silver.customers") -> str:
        monkeypatch.setenv("WHERE", place)
        return judged.mark(contract(table), Run("r", NOW, conf.load(folder), NOW))

    (folder / "a").mkdir()
    (folder / "a" / "codes.csv").write_text("code\n10115\n")
    before, others = mark("a"), mark("a", "silver.orders")
    assert mark("./a") == mark(str(folder / "a")) == before
    (folder / "a" / "codes.csv").write_text("code\n20095\n")
    assert mark("a") != before
    assert mark("a", "silver.orders") == others
