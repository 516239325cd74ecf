"""A table's columns and rules, as `scrm describe` prints them."""

from jobs.cli.main import main


def test_a_described_column_has_unit_and_caution(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    assert main(["describe", "silver.page_views"]) == 0
    shown = capsys.readouterr().out
    assert "Unit: seconds. Includes time without activity" in shown
    assert "Unit: ratio 0 to 1." in shown
