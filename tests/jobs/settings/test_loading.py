"""What messages about conf show, and what they never show."""

import pytest

from jobs import settings as conf
from jobs.errors import ConfError

JDBC = """
kind: erp
format: json
jdbc:
  url: {url}
  query: customers
tables: {{customers: {{columns: {{customer_id: id}}}}}}
"""
KAFKA = """
kind: erp
format: json
kafka:
  bootstrap_servers: h:9092
  topic: orders
  options: {options}
tables: {{customers: {{columns: {{customer_id: id}}}}}}
"""
PLAIN = "kind: {kind}\nformat: csv\npath: /in.csv\ntables: {{customers: {{columns: {{customer_id: id}}}}}}\n"


def refused(folder) -> str:
    with pytest.raises(ConfError) as error:
        conf.load(folder)
    return str(error.value)


def test_what_is_wrong_is_shown_where_it_is_one_plain_value(write_conf):
    assert "key kind is 'epr': Input should be" in refused(write_conf({"shop": PLAIN.format(kind="epr")}))
    assert "key kind: Input should be" in refused(write_conf({"shop": PLAIN.format(kind="[erp]")}))


@pytest.mark.parametrize(
    "options",
    [
        "{sasl.jaas.config: hunter2}",  # no option of the client: the section is what the message is about
        "{kafka.sasl.jaas.config: [hunter2]}",
        "{kafka.sasl.jaas.config: 2468}",
        "{kafka.ssl.key.password: 2468}",
        "{kafka.ssl.truststore.password: 2468}",
    ],
)
def test_no_section_and_no_value_of_a_secret_is_shown(write_conf, options):
    said = refused(write_conf({"topic": KAFKA.format(options=options)}))
    assert "topic.yaml: key kafka" in said
    assert "hunter2" not in said
    assert "2468" not in said


@pytest.mark.parametrize(
    "url",
    [
        "jdbc:postgresql://h/db?user=a",
        "jdbc:postgresql://h/db?ssl=true&sslpassword=hunter2",
        "jdbc:postgresql://h/db?SSLPASSWORD=hunter2",
        "jdbc:sqlserver://h;databaseName=db;trustStorePassword=hunter2",
        "jdbc:sqlserver://h;databaseName=db; pwd=hunter2",
        "jdbc:sqlserver://h;accessToken=hunter2",
        "jdbc:snowflake://h/?token=hunter2",
        "jdbc:athena://h;SecretKey=a;AccessKey=hunter2",
        "jdbc:hive2://h/db;client_secret=hunter2",
        "jdbc:mysql://(host=h,password=hunter2)/db",
        "jdbc:oracle:thin:scott/hunter2@h:1521/db",
        "jdbc:postgresql://scott:hunter2@h/db",
    ],
)
def test_an_address_with_a_secret_is_refused_without_it(write_conf, url):
    said = refused(write_conf({"crm": JDBC.format(url=f'"{url}"')}))
    assert "key jdbc.url: leave out user and password" in said
    assert "hunter2" not in said


def test_an_address_that_is_none_is_not_shown(write_conf):
    said = refused(write_conf({"crm": JDBC.format(url="postgresql://h/db?hunter2")}))
    assert "key jdbc.url: expected an address that begins with jdbc:" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "url",
    [
        "jdbc:postgresql://h/db?currentSchema=users&ApplicationName=scrm",
        "jdbc:sqlserver://h;databaseName=db;encrypt=true",
    ],
)
def test_options_without_secrets_stay(write_conf, url):
    assert conf.load(write_conf({"crm": JDBC.format(url=f'"{url}"')})).source("crm").jdbc.url == url


@pytest.mark.parametrize("written", ["'\\t'", '"\\t"'])
def test_a_tab_may_be_written_in_any_quotes(write_conf, written):
    settings = conf.load(write_conf({"shop": PLAIN.format(kind="erp") + f"delimiter: {written}\n"}))
    assert settings.source("shop").delimiter == "\t"


def test_a_delimiter_is_one_character(write_conf):
    said = refused(write_conf({"shop": PLAIN.format(kind="erp") + "delimiter: ';;'\n"}))
    assert "shop.yaml: key delimiter is ';;': " in said
    assert "expected one character, for example ';'" in said
