"""What conf names and is not there is refused before anything runs."""

import pytest

from jobs import settings
from jobs.errors import ConfError
from jobs.runner import conf_checks, preflight

SHOP = "kind: erp\nformat: csv\npath: /in.csv\nsystem: till\ntables: {customers: {columns: {customer_id: id}}}\n"
COMPANY = "name: Alder\nbrands: [Alder]\ntopics: [{name: espresso, terms: [crema]}]\n"


@pytest.fixture
def checked(write_conf):
    def check(base: str = "", company: str = "") -> None:
        conf_checks.check(settings.load(write_conf({"shop": SHOP}, company=COMPANY + company, base=base)))

    return check


@pytest.mark.parametrize(
    ("base", "company", "told"),
    [
        ("survivorship: {default: [shpo]}", "", "survivorship.default names 'shpo', which is no source, .*mean shop"),
        ("survivorship: {email: [crm]}", "", "survivorship.email names 'crm', .*; there are shop, till"),
        ("", "ambiguous: [{name: Adler}]", "ambiguous names 'Adler', which is no brand, .*; did you mean Alder?"),
        (
            "",
            "company_profiles: {tll: ['1']}",
            "company_profiles names 'tll', which is the channel of no source; did you mean till",
        ),
        (
            "",
            "bot_profiles: {forum: ['1']}",
            "bot_profiles names 'forum', which is the channel of no source; there are till",
        ),
        (
            "spark: {conf: {spark.sql.ansi.enabled: 'true'}}",
            "",
            "spark.conf.spark.sql.ansi.enabled: the lake relies on ",
        ),
        ("models: {segments: {segments: [3, 30]}}", "", "models.segments.segments asks for 30 segments, .* 20 persons"),
        (
            "models: {tracking_uri: 'sqlite:////nowhere/m.db'}",
            "",
            "models.tracking_uri: the folder /nowhere does not exist",
        ),
        ("models: {tracking_uri: 'mysql+nodriver://db/m'}", "", "the Python module nodriver is not installed"),
    ],
)
def test_what_is_not_there_is_refused_with_its_key(checked, base, company, told):
    with pytest.raises(ConfError, match=told):
        checked(base, company)


def test_what_is_there_is_taken(checked, tmp_path):
    checked(
        f"survivorship: {{default: [shop, till]}}\nmodels: {{tracking_uri: 'sqlite:///{tmp_path}/mlflow.db'}}",
        "ambiguous: [{name: Alder, context: [kettle]}, {name: espresso}]\ncompany_profiles: {till: ['1']}",
    )
    checked("models: {tracking_uri: 'http://localhost:5000'}")


def test_tombstones_that_nothing_tells_of_are_refused(write_conf):
    text = SHOP + "deletes: tombstones\n"
    with pytest.raises(ConfError, match=r"shop.yaml: key deletes is 'tombstones', and no table fills deleted_at"):
        conf_checks.check(settings.load(write_conf({"shop": text})))
    told = text.replace("customer_id: id", "customer_id: id, deleted_at: gone")
    conf_checks.check(settings.load(write_conf({"shop": told})))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SHOP, "key path matches no file: /in.csv"),
        (
            "kind: social\nformat: feed\nchannel: blog\nservice_type: blog\nfeed: {urls: [blog.example]}\n",
            "key feed.urls.0",
        ),
        (
            SHOP.replace("path: /in.csv", "kafka: {bootstrap_servers: broker, topic: t}"),
            "kafka.bootstrap_servers is 'broker'",
        ),
        (
            SHOP.replace(
                "csv\npath: /in.csv", "json\njdbc: {url: 'jdbc:postgresql://h/d', query: t, user_variable: NO_SUCH}"
            ),
            "needs the environment variable NO_SUCH",
        ),
    ],
)
def test_where_records_come_from_is_checked_without_asking_there(write_conf, text, told):
    sources = settings.load(write_conf({"shop": text})).sources
    with pytest.raises(ConfError, match=told):
        preflight.check_origins(sources)
