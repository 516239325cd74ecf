"""What only Spark can say of conf is said before anything is written."""

from datetime import UTC, datetime

import pytest

from expectations.by_hand import ByHand
from jobs import settings
from jobs.errors import ConfError
from jobs.job import Run
from jobs.runner import trying

NOW = datetime(2026, 1, 15, tzinfo=UTC)
SHOP = "kind: erp\nformat: csv\npath: /in.csv\ntables:\n  customers:\n    columns: {{customer_id: id, name: {name}}}\n"
REFERENCE = (
    "references: [{{name: master, table: silver.customers, reference: silver.contacts, on: {{'{on}': email}}}}]\n"
)
BY_HAND = """
expectations:
  - type: unexpected_rows_expectation
    kwargs: {{unexpected_rows_query: "{query}"}}
    meta: {{code: odd, property: validity}}
"""


@pytest.fixture
def tried(lake, write_conf):
    def check(name: str = "name", on: str = "email", query: str = "select * from {batch} where name = ''") -> None:
        folder = write_conf({"shop": SHOP.format(name=name)}, company="name: Alder\n" + REFERENCE.format(on=on))
        (folder / "expectations").mkdir(exist_ok=True)
        (folder / "expectations" / "silver.customers.yaml").write_text(BY_HAND.format(query=query))
        of = settings.load(folder)
        trying.check(lake, Run("r", NOW, of, NOW))

    return check


@pytest.mark.usefixtures("jvm")  # what the embedded engine is not sure to evaluate alike is refused before
def test_what_spark_cannot_evaluate_or_analyse_is_refused_with_its_key(tried):
    tried(name="\"regexp_replace(name, '[.]0$', '') || date_format(to_timestamp(at, 'dd/MM/yyyy'), 'yyyy')\"")
    for given, told in (
        ({"name": "\"regexp_replace(name, '(', '')\""}, r"shop.yaml: key tables.customers.columns.name is .*"),
        (
            {"name": "\"cast(to_timestamp(at, 'dd/bb/yyyy') as string)\""},
            r"shop.yaml: key tables.customers.columns.name is",
        ),
        ({"on": "nosuch(email)"}, r"company.yaml: key references.master.on is 'nosuch\(email\)': .*nosuch"),
        (
            {"query": "select * from {batch} where nmae = ''"},
            r"silver.customers.yaml: odd: unexpected_rows_query: .*nmae",
        ),
        ({"query": "select * from {silver.customer}"}, r"odd: no table silver.customer; `scrm tables` lists them"),
    ):
        with pytest.raises(ConfError, match=told) as error:
            tried(**given)
        assert "\n" not in str(error.value)
        assert len(str(error.value)) < 600


def test_a_zone_that_java_does_not_know_is_refused(lake, write_conf, monkeypatch):
    of = settings.load(write_conf({"shop": SHOP.format(name="name")}))
    of.sources[0].__dict__["timezone"] = "Mars/Olympus"
    with pytest.raises(
        ConfError, match=r"shop.yaml: key timezone is 'Mars/Olympus': Java does not know this time zone"
    ):
        trying.check(lake, Run("r", NOW, of, NOW))


@pytest.mark.parametrize(
    ("kwargs", "says"),
    [
        ({"unexpected_rows_query": "select * from {batch} where initcap(text) = 'X'"}, "INITCAP"),
        ({"column": "text", "row_condition": "text > 3"}, "compares text with int"),
        ({"column": "text", "regex": r"^\w+"}, "is written"),
    ],
)
def test_expectations_by_hand_that_the_embedded_engine_may_judge_otherwise_are_refused(kwargs, says, tmp_path):
    path = tmp_path / "silver.posts.yaml"
    one = ByHand("silver.posts", "odd", "validity", "warn", "", 1.0, "expect_it", kwargs, path)
    with pytest.raises(ConfError, match=says) as raised:
        trying._check_portable(one)
    assert "silver.posts.yaml: odd" in str(raised.value)
    assert "engine: spark" in str(raised.value)


def test_expectations_by_hand_that_both_engines_judge_alike_are_not(tmp_path):
    kwargs = {"unexpected_rows_query": "select * from {batch} where title = text", "regex": "^[a-z]+"}
    trying._check_portable(ByHand("silver.posts", "fine", "validity", "warn", "", 1.0, "expect_it", kwargs, tmp_path))
