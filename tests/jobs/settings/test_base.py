"""Keys of base.yaml that are refused as soon as conf is read."""

import pytest

from jobs import settings as conf
from jobs.errors import ConfError

SOURCE = "kind: erp\nformat: csv\npath: /in.csv\ntables: {customers: {columns: {customer_id: id}}}\n"


@pytest.mark.parametrize(
    ("base", "told"),
    [
        (
            "models: {tracking_uri: 'ftp://host/models'}",
            "key models.tracking_uri: expected an address that begins with",
        ),
        ("models: {tracking_uri: localhost:5000}", "for example http://localhost:5000"),
        ("models: {segments: {segments: []}}", "key models.segments.segments: Tuple should have at least 1 item"),
        (
            "models: {segments: {segments: [3, 1]}}",
            "key models.segments.segments.1 is 1: Input should be greater than or",
        ),
        ("publish: {targets: [paper]}", "key publish.targets.0 is 'paper': Input should be 'duckdb'"),
        ("spark: {master: locl}", "key spark.master is 'locl': expected local[*], spark://HOST:PORT, yarn"),
        ("spark: {driver_memory: 4 gigs}", "key spark.driver_memory is '4 gigs': expected a number and a unit"),
    ],
)
def test_what_no_run_could_use_is_refused(base, told, write_conf):
    folder = write_conf({"shop": SOURCE}, base=base + "\n")
    with pytest.raises(ConfError) as error:
        conf.load(folder)
    assert str(error.value).startswith(f"{folder / 'base.yaml'}: key ")
    assert told in str(error.value)


@pytest.mark.parametrize(
    "uri",
    [
        "sqlite:////srv/mlflow.db",
        "postgresql+psycopg://db/mlflow",
        "http://localhost:5000",
        "https://mlflow.example.org",
        "file:///srv/mlruns",
    ],
)
def test_stores_of_models(uri, write_conf):
    folder = write_conf({"shop": SOURCE}, base=f"models: {{tracking_uri: '{uri}'}}\n")
    assert conf.load(folder).base.models.tracking_uri == uri


def test_a_password_in_the_address_of_a_store_is_not_shown(write_conf):
    with pytest.raises(ConfError) as error:
        conf.load(write_conf({"shop": SOURCE}, base="models: {tracking_uri: 'db://ada:hunter2@host/mlflow'}\n"))
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    "master", ["local", "local[*]", "local[2]", "local-cluster[2,1,1024]", "yarn", "spark://h:7077"]
)
def test_masters_of_spark(master, write_conf):
    folder = write_conf({"shop": SOURCE}, base=f"spark: {{master: '{master}'}}\n")
    assert conf.load(folder).base.spark.master == master
