from jobs.cli import show
from transformations.contracts import contract


def test_a_described_column_has_unit_and_caution(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    show.table(contract("silver.page_views"))
    shown = capsys.readouterr().out
    assert "Unit: seconds. Includes time without activity" in shown
    assert "Unit: ratio 0 to 1." in shown
