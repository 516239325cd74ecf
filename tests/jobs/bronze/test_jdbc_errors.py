"""What a database says is one line without secrets."""

import pytest
from pyspark.errors import PySparkException

from jobs import settings as conf
from jobs.bronze import jdbc_errors
from jobs.errors import ScrmError

SOURCE = """
kind: erp
format: json
jdbc: {{url: "{url}", query: customers, cursor: at, key: [id]}}
tables: {{customers: {{columns: {{customer_id: id}}}}}}
"""


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("jdbc:postgresql://h/db?sslkey=hunter2", "jdbc:postgresql://h/db"),
        ("jdbc:sqlserver://h:1433;hidden=hunter2", "jdbc:sqlserver://h:1433"),
    ],
)
@pytest.mark.parametrize("message", ["No suitable driver", "PSQLException: {url}: refused, hunter3"])
def test_errors_of_a_database_show_its_address_without_options(write_conf, monkeypatch, url, shown, message):
    monkeypatch.setenv("SCRM_JDBC_PASSWORD", "hunter3")
    source = conf.load(write_conf({"crm": SOURCE.format(url=url)})).source("crm")
    with pytest.raises(ScrmError) as error, jdbc_errors.explained(source):
        raise PySparkException(message.format(url=url))
    assert f"{shown} " in str(error.value)
    assert "hunter" not in str(error.value)
