"""A table's columns and rules, as `scrm describe` prints them."""

from jobs.cli.main import main


def test_a_described_column_has_unit_and_caution(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    assert main(["describe", "silver.page_views"]) == 0
    shown = capsys.readouterr().out
    assert "Unit: seconds. Includes time without activity" in shown
    assert "Unit: ratio 0 to 1." in shown


def test_a_described_column_says_how_it_comes_about(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    assert main(["describe", "silver.order_lines"]) == 0
    told = capsys.readouterr().out
    assert "Where a source does not map it: quantity < 0." in told
    assert "Its sign is turned where is_return and quantity > 0." in told
