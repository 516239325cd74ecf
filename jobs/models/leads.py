"""Leads: people who are not customers, and how likely they are to become some."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from jobs.job import Run, job
from jobs.lake.arrow import schema_of
from jobs.lake.computed import frame_of
from transformations.contracts import contract
from transformations.identity.touchpoints import LINK_COLUMNS
from transformations.leads import contacts, features
from transformations.leads.scoring import Leads, scored

if TYPE_CHECKING:
    from datetime import date, datetime

    from jobs.lake.tables import Lake

_LISTS = ("follows", "talks_to", "path")


@job(
    stage="models",
    group="investigate",
    reads=(*features.TABLES, "silver.person_links", "silver.persons", "gold.link_predictions"),
    writes=("gold.leads", "gold.model_evaluations"),
    conf=("base.models", "company.timezone"),
    reads_as_of=True,
)
def leads(lake: Lake, run: Run) -> None:
    """Scores people who are not customers by what became of such people before, and names their way to customers."""
    settings, timezone = run.settings.base.models.leads, run.settings.company.timezone
    as_of = run.as_of.astimezone(ZoneInfo(timezone)).date() - timedelta(days=1)  # the last whole day
    days = [as_of - timedelta(days=settings.horizon_days * steps) for steps in (2, 1, 0)]
    its, topics = features.FEATURES.empty_table(), features.TOPICS.empty_table()
    if lake.count("silver.person_roles"):
        tables = {name: lake.read(name, columns) for name, columns in features.TABLES.items()}
        links = lake.read("silver.person_links", LINK_COLUMNS)
        its = features.lead_features(tables, links, days, timezone).toArrow().cast(features.FEATURES)
        topics = features.lead_topics(tables, days).toArrow().cast(features.TOPICS)
    found = scored(its, topics, as_of=as_of, horizon_days=settings.horizon_days, min_converted=settings.min_converted)
    if found.problem and found.scores.num_rows:
        run.note(f"leads: {found.problem}")
    lake.write("gold.leads", _rows(lake, run.as_of, as_of, found, its))
    dates = {"cutoff_date": days[1], "as_of_date": as_of}
    rows = [row | dates for row in found.evaluations]
    schema = schema_of(contract("gold.model_evaluations"))
    lake.write("gold.model_evaluations", pa.Table.from_pylist(rows, schema), scope="model = 'leads'")


def _rows(lake: Lake, as_of: datetime, last: date, found: Leads, its: pa.Table) -> pa.Table:
    """Rows of gold.leads: scores, what the person did until the last day, interests, contacts and the way to customers."""
    ids = found.scores["person_id"].to_pylist()
    did = {
        row["person_id"]: row for row in its.filter(pc.equal(its["until"], pa.scalar(last, pa.date32()))).to_pylist()
    }
    names = {row["person_id"]: row["name"] for row in lake.arrow("silver.persons", ("person_id", "name")).to_pylist()}
    near, interests = _contacts(lake, ids, as_of, last), _interests(lake, set(ids), last)
    over = _introductions(lake, set(ids))
    rows = []
    for rank, row in enumerate(found.scores.to_pylist(), 1):
        person = row["person_id"]
        direct, by_others = near["path"].get(person, []), over.get(person, [])
        rows.append(
            row
            | {
                "lead_rank": rank,
                "name": names.get(person),
                "interests": interests.get(person, []),
                "follows": near["follows"].get(person, []),
                "talks_to": near["talks_to"].get(person, []),
                "path": direct or by_others,
                "path_steps": 1 if direct else 2 if by_others else None,
                "last_act_date": did[person]["last_act"],
                **{name: did[person][name] for name in ("posts", "purchase_intents", "to_company", "customers_met")},
            }
        )
    renamed = {
        "posts": "lead_posts_count",
        "purchase_intents": "purchase_intents_count",
        "to_company": "to_company_count",
    }
    renamed |= {"customers_met": "customers_met_count"}
    schema = schema_of(contract("gold.leads"))
    return pa.Table.from_pylist(
        [{renamed.get(name, name): value for name, value in row.items()} for row in rows], schema
    )


def _contacts(lake: Lake, ids: list[str], as_of: datetime, last: date) -> dict[str, dict[str, list[str]]]:
    lists: dict[str, dict[str, list[str]]] = {name: defaultdict(list) for name in _LISTS}
    if not ids:
        return lists
    found = contacts.lead_contacts(
        lake.read("gold.network_edges", contacts.EDGE_COLUMNS),
        lake.read("silver.person_roles", contacts.ROLE_COLUMNS),
        frame_of(lake.spark, pa.table({"person_id": pa.array(ids, pa.string())}), "person_id string"),
        as_of,
        last,
    )
    rows = found.toArrow().sort_by([("list", "ascending"), ("person_id", "ascending"), ("contact_rank", "ascending")])
    for row in rows.to_pylist():
        lists[row["list"]][row["person_id"]].append(row["other_person_id"])
    return lists


def _interests(lake: Lake, ids: set[str], last: date) -> dict[str, list[str]]:
    """The three topics that each lead's posts mention most until the last day."""
    rows = (
        lake.sql(
            f"select person_id, subject, sum(acts_count) as acts from t where kind = 'topic' and acted_on <= date'{last}' "
            "group by person_id, subject order by person_id, acts desc, subject",
            t="gold.person_activity",
        ).to_pylist()
        if lake.exists("gold.person_activity")
        else []
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["person_id"] in ids and len(found[row["person_id"]]) < 3:
            found[row["person_id"]].append(str(row["subject"]))
    return found


def _introductions(lake: Lake, ids: set[str]) -> dict[str, list[str]]:
    """Who knows both the lead and a customer who is likely to get in touch with them: of the best proposal."""
    customers = {
        row["person_id"]
        for row in lake.arrow("silver.persons", ("person_id", "role")).to_pylist()
        if row["role"] == "external_customer"
    }
    found: dict[str, list[str]] = {}
    rows = lake.arrow("gold.link_predictions", ("person_id", "other_person_id", "rank", "via"))
    for row in rows.sort_by([("person_id", "ascending"), ("rank", "ascending")]).to_pylist():
        if (
            row["person_id"] in ids
            and row["person_id"] not in found
            and row["other_person_id"] in customers
            and row["via"]
        ):
            found[row["person_id"]] = [row["via"][0], row["other_person_id"]]
    return found
