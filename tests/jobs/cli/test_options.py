"""Options that several commands share."""

from __future__ import annotations

import click
import pytest

from jobs.cli import options
from jobs.cli.main import scrm
from jobs.cli.options import ManyValues
from jobs.errors import ConfError


@click.command(cls=ManyValues)
@click.argument("jobs", nargs=-1)
@click.option("--stage", "stages", multiple=True)
@click.option("--conf")
@click.option("--full", is_flag=True)
def sample(jobs, stages, conf, full):
    return jobs, stages, conf, full


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("--stage land silver", ((), ("land", "silver"), None, False)),
        ("--stage land silver --full", ((), ("land", "silver"), None, True)),
        ("--stage land --stage gold silver --conf c", ((), ("land", "gold", "silver"), "c", False)),
        ("erp web --stage gold", (("erp", "web"), ("gold",), None, False)),
        ("--conf c erp --stage=gold web", (("erp", "web"), ("gold",), "c", False)),
        ("--stage land -- erp", (("erp",), ("land",), None, False)),
        ("erp", (("erp",), (), None, False)),
    ],
)
def test_an_option_may_take_several_values(arguments, expected):
    assert sample.main(arguments.split(), standalone_mode=False) == expected


def test_an_option_without_a_value_is_refused():
    with pytest.raises(click.UsageError, match="'--stage' requires an argument"):
        sample.main(["--stage"], standalone_mode=False)


@pytest.mark.parametrize("arguments", ["models --conf here list", "models list --conf here", "models --conf here"])
def test_conf_is_that_of_the_action_or_of_its_command(arguments, monkeypatch):
    asked = []

    def lake_of(conf):
        asked.append(conf)
        raise ConfError("enough")

    monkeypatch.setattr(options, "lake_of", lake_of)
    with pytest.raises(ConfError, match="enough"):
        scrm.main(arguments.split(), standalone_mode=False)
    assert asked == ["here"]


def test_conf_of_the_action_comes_first(monkeypatch):
    monkeypatch.setattr(options, "lake_of", lambda conf: pytest.fail(f"conf {conf}"))
    with pytest.raises(pytest.fail.Exception, match="conf there"):
        scrm.main(["models", "--conf", "here", "compare", "--conf", "there"], standalone_mode=False)


def test_a_lake_that_is_not_there_is_named(write_conf, tmp_path):
    folder = write_conf(
        {"none": "kind: erp\nformat: csv\npath: /x.csv\ntables: {customers: {columns: {customer_id: a}}}\n"}
    )
    with pytest.raises(ConfError, match=f"there is no lake at {tmp_path / 'lake'}; run `scrm run` first"):
        options.lake_of(str(folder))
