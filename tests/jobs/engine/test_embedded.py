"""The embedded engine: what it refuses, and who could connect to it."""

from __future__ import annotations

import subprocess

import pytest

from jobs import settings as conf
from jobs.engine import embedded
from jobs.errors import ConfError
from jobs.lake import opening

SHOP = "kind: erp\nformat: csv\npath: /in.csv\ntables: {customers: {columns: {customer_id: id}}}\n"
TOPIC = "kind: web\nformat: json\nkafka: {bootstrap_servers: h, topic: t}\ntables: {customers: {columns: {customer_id: id}}}\n"


@pytest.mark.parametrize(
    ("source", "base", "told"),
    [
        (TOPIC, "", "shop.yaml: key kafka: .* set engine: spark"),
        (SHOP, "spark: {master: 'spark://host:7077'}", "spark.master is 'spark://host:7077': .* set engine: spark"),
        (SHOP, "spark: {jars: [core, s3]}", "spark.jars names s3: .* engine: spark"),
    ],
)
def test_what_it_does_not_serve_is_refused_at_once(write_conf, source, base, told):
    settings = conf.load(write_conf({"shop": source}, base=f"engine: embedded\n{base}\n"))
    with pytest.raises(ConfError, match=told):
        opening.check_engine(settings)


def test_missing_packages_are_refused_with_the_way_to_get_them(write_conf, monkeypatch):
    monkeypatch.setattr(embedded, "NEEDED", ("no_such_package", "no_such.package"))
    settings = conf.load(write_conf({"shop": SHOP}, base="engine: embedded\n"))
    with pytest.raises(ConfError, match=r"make setup ENGINE=embedded.*no_such_package, no_such.package.*engine: spark"):
        opening.check_engine(settings)


def test_who_else_is_logged_in(monkeypatch):
    answer = subprocess.CompletedProcess([], 0, "me tty1 2026-01-01\neve pts/0 2026-01-01\neve pts/1 2026-01-01\n")
    monkeypatch.setattr(embedded.subprocess, "run", lambda *_, **__: answer)
    monkeypatch.setattr(embedded.getpass, "getuser", lambda: "me")
    assert embedded.other_users() == ["eve"]
