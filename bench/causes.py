"""A company whose causes are planted (`scrm simulate --causes`): what the whole pipeline finds of them, beside naive ways.

Segments, who leaves, value and offers; communities and what becomes of them; what meeting members and campaigns bring; and what
only looks like a cause.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from bench import ours, places, tables
from bench.errors import BenchError
from jobs.lake.tables import Lake
from jobs.models import labelled_customers
from jobs.simulate import simulate
from jobs.simulate.causes import answers, exposure, groups
from jobs.simulate.company import INTERESTS
from transformations.network.community_effects import FOLLOWING_DAYS

_CHANNEL = "microblog"


@dataclass(frozen=True)
class Finding:
    """One thing that was planted: what was found of it, and by a naive way (None: there is none).

    Attributes:
        planted: the true value, or that the naive way is to be beaten.
        found, naive: value, and the ends of its 95 % interval where it has one.
        is_found: whether it was: better than naive with intervals apart, or the planted value within the interval.
    """

    what: str
    planted: str
    found: tuple[float | None, ...]
    naive: tuple[float | None, ...] | None
    is_found: bool


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, default=2_000, metavar="N")
    parser.add_argument("--days", type=int, default=365, metavar="D")
    parser.add_argument("--seed", type=int, default=7, metavar="S")
    parser.add_argument("--engine", choices=("embedded", "spark"), default="embedded")
    parser.add_argument("--keep", action="store_true", help="keep company, lake and log, and say where they are")


def run(options: argparse.Namespace) -> int:
    """Makes the company, runs the pipeline and prints what was found; 0, or 3 where something was not."""
    with places.work_folder(options.keep) as folder:
        company = folder / "company"
        try:
            simulate(company, customers=options.customers, days=options.days, seed=options.seed, causes=True)
        except ValueError as error:
            raise BenchError(str(error)) from None
        known = {"SCRM_SIMULATED": str(company)}
        ran = ours.run(["--engine", options.engine], known, folder / "lake", folder / "run.log")
        found = findings(ours.open_lake(folder / "lake"), company)
    console = tables.console()
    console.print(f"{options.customers:,} customers, {options.days} days: the run took {ran.seconds:,.0f} s")
    console.print(table(found))
    return 0 if all(one.is_found for one in found) else 3


def table(found: list[Finding]):
    """The findings as a table."""
    names = ("what", "planted", "found", "naive", "as it should be")
    rows = [
        (
            one.what,
            one.planted,
            _text(one.found),
            "" if one.naive is None else _text(one.naive),
            "yes" if one.is_found else "no",
        )
        for one in found
    ]
    return tables.plain_table(names, rows, text_columns=("what", "planted", "as it should be"))


def findings(lake: Lake, company: Path) -> list[Finding]:
    """What a lake holds of the causes that were planted in a company's files."""
    parts: tuple[Callable[[Lake, Path], list[Finding]], ...] = (_labels, _forecasts, _communities, _met, _campaigns)
    return [one for part in parts for one in part(lake, company)]


def _text(value: tuple[float | None, ...]) -> str:
    numbers = ["–" if one is None else f"{one:.3f}" for one in value]
    return numbers[0] if len(numbers) < 3 or numbers[1] == "–" else f"{numbers[0]} ({numbers[1]} to {numbers[2]})"


# --- customers ------------------------------------------------------------------------------------------------


def _labels(lake: Lake, company: Path) -> list[Finding]:
    """Segments and who left, against the truth of each customer."""
    truth = company / "truth"
    left_at = pd.read_csv(truth / "causes/leaving.csv", dtype=str)
    whole = pd.read_csv(truth / "segments.csv", dtype=str).merge(left_at, "left", on="customer_id")
    file = truth / "left.csv"
    whole[["customer_id", "left_at"]].fillna("").to_csv(file, index=False)
    segments = labelled_customers.segments(lake, truth / "segments.csv", "customer_id", "segment")
    left = labelled_customers.churn(lake, file, "customer_id", "left_at")
    return [
        _beats("segments of customers, adjusted Rand index", segments, "champion", "naive_monetary_quintile", "ari"),
        _beats("who has left, AUC (naive: recency)", left, "churn_risk", "naive_recency", "auc"),
    ]


def _forecasts(lake: Lake, _company: Path) -> list[Finding]:
    """The models of the last run, on the days that they had not seen."""
    rows = lake.rows("gold.model_evaluations")

    def of(model: str) -> list[dict]:
        return [row for row in rows if row["model"] == model]

    serving = next((row["method"] for row in of("value") if row["is_serving"]), "none")
    return [
        _beats("who buys nothing, AUC (naive: P(alive))", of("churn"), "logistic_all", "p_alive", "auc"),
        _beats("purchases to come, RMSE", of("value"), serving, "naive_rate", "rmse_orders", less=True),
        _beats("revenue to come, RMSE", of("value"), serving, "naive_rate", "rmse_revenue", less=True),
        _beats(
            "offers taken, hit rate (naive: best-sellers)",
            of("offers"),
            "association",
            "naive_best_sellers",
            _hit_rate(of("offers")),
        ),
    ]


def _hit_rate(rows: list[dict]) -> str:
    return next((row["measure"] for row in rows if row["method"] == "naive_best_sellers"), "none")


def _beats(what: str, rows: list[dict], method: str, naive: str, measure: str, *, less: bool = False) -> Finding:
    """Whether a method is better than the naive one, with intervals that do not overlap."""
    by = {row["method"]: row for row in rows if row["measure"] == measure}
    ours_, theirs = (
        tuple(by.get(name, {}).get(key) for key in ("value", "value_low", "value_high")) for name in (method, naive)
    )
    if None in ours_ or theirs[0] is None:
        return Finding(what, "better than naive", ours_, theirs, False)
    low, high = (theirs[0] if limit is None else limit for limit in theirs[1:])
    apart = ours_[2] < low if less else ours_[1] > high
    return Finding(what, "better than naive", ours_, theirs, bool(apart))


# --- communities ----------------------------------------------------------------------------------------------


def _communities(lake: Lake, company: Path) -> list[Finding]:
    """Communities of each month against those of its day, and the two planted events."""
    truth = _of_persons(lake, company)
    members = lake.arrow("gold.community_members", ("person_id", "period", "community_id")).to_pandas()
    months = sorted(period for period in members["period"].unique() if len(period) == 7 and period[:4].isdigit())
    agreed = []
    for month in months:
        both = _of_month(truth, month).merge(members[members["period"] == month].dropna(), on="person_id")
        labels = both["community"], both["community_id"]
        agreed.append((normalized_mutual_info_score(*labels), adjusted_rand_score(*labels)))
    nmi, ari = (float(np.median(part)) for part in zip(*agreed, strict=True))
    merged, parted = sorted(truth["since"].unique())[1:]
    events = lake.arrow("gold.community_evolution", ("period", "event", "from_ids")).to_pandas()
    names = _names(truth, members)
    merging = {INTERESTS[number] for number in groups.MERGING}
    return [
        Finding("communities a month, NMI, median", "0.7 or more", (nmi,), None, nmi >= 0.7),
        Finding("communities a month, adjusted Rand index, median", "0.7 or more", (ari,), None, ari >= 0.7),
        _event("merged", merged, events, names, merging),
        _event("split", parted, events, names, {INTERESTS[groups.MERGING[0]]}),
    ]


def _of_persons(lake: Lake, company: Path) -> pd.DataFrame:
    """The planted community of each person, from which day on: person_id, since, community."""
    links = lake.arrow("silver.person_links").to_pandas()
    links = links[(links["record_kind"] == "profile") & links["valid_to"].isna() & (links["record_place"] == _CHANNEL)]
    person = links.set_index("linked_record_id")["person_id"]
    truth = pd.read_csv(company / "truth/causes/communities.csv", dtype=str)
    return truth.assign(person_id=truth["profile_id"].map(person)).dropna()


def _of_month(truth: pd.DataFrame, month: str) -> pd.DataFrame:
    """The planted community of each person in a month."""
    return truth[truth["since"] <= f"{month}-01"].sort_values("since").drop_duplicates("person_id", keep="last")


def _names(truth: pd.DataFrame, members: pd.DataFrame) -> dict[tuple[str, str], str]:
    """The planted community that most members of a found one belong to, by month and id."""
    found = {}
    for month, its in members[members["period"].str.len() == 7].dropna().groupby("period"):
        for community, of in its.merge(_of_month(truth, str(month)), on="person_id").groupby("community_id"):
            found[str(month), str(community)] = str(of["community"].mode()[0])
    return found


def _event(event: str, day: str, events: pd.DataFrame, names: dict[tuple[str, str], str], planted: set[str]) -> Finding:
    """Whether an event of the planted communities is told in its month, or the one after it."""
    month = pd.Period(day[:7])
    near = {str(month), str(month + 1)}
    of = events[(events["event"] == event) & events["period"].isin(near)]
    hit = [
        row
        for row in of.itertuples()
        if planted <= {names.get((str(pd.Period(row.period) - 1), one)) for one in row.from_ids}
    ]
    others = events[(events["event"] == event) & (events["period"].str.len() == 7) & ~events["period"].isin(near)]
    what = f"communities {event} (naive: such events in other months)"
    return Finding(what, f"1, {day[:7]} or next", (float(len(hit)),), (float(len(others)),), bool(hit))


# --- effects --------------------------------------------------------------------------------------------------


def _met(lake: Lake, company: Path) -> list[Finding]:
    """What people took up after they met members of the communities that pass something on, and of those that do not."""
    rows = [row for row in lake.rows("gold.community_effects") if row["outcome"] == "product_adopted"]
    truth, members = _of_persons(lake, company), lake.arrow("gold.community_members").to_pandas()
    first = truth.sort_values("since").drop_duplicates("person_id")
    of_all = members[members["period"] == "all"].dropna(subset=["community_id"]).merge(first, on="person_id")
    name = of_all.groupby("community_id")["community"].agg(lambda its: its.mode()[0])
    size = of_all.groupby("community_id").size()
    met = pd.read_csv(company / "truth/causes/exposure.csv", dtype=str)
    last = lake.sql("select max(acted_on) as last from t", t="gold.person_activity")["last"][0].as_py()
    over = str(last + timedelta(days=1 - FOLLOWING_DAYS))  # of later months the days that follow are not over
    found = []
    for community, category in exposure.PASSED_ON.items():
        its = [row for row in rows if name.get(row["community_id"]) == community and row["subject"] == category]
        row = max(its, key=lambda one: size[one["community_id"]], default=None)
        takers = ((met["community"] == community) & (met["takes_it_up"] == "true") & (met["met_before"] <= over)).sum()
        planted = takers / row["exposed_count"] if row and row["exposed_count"] else None
        effect = tuple(row[key] for key in ("effect", "confidence_low", "confidence_high")) if row else (None,)
        holds = planted is not None and len(effect) == 3 and effect[0] is not None and effect[1] <= planted <= effect[2]
        what = f"{category} taken up after meeting {community}"
        told = "–" if planted is None else f"{planted:.3f}"
        found.append(Finding(what, told, effect, None, bool(holds and row and row["is_effect"])))
    others = [row for row in rows if name.get(row["community_id"]) not in exposure.PASSED_ON]
    called = float(sum(bool(row["is_effect"]) for row in others))
    what = f"effects of {len(others)} communities that pass nothing on"
    return [*found, Finding(what, "0", (called,), None, called == 0)]


def _campaigns(lake: Lake, company: Path) -> list[Finding]:
    """What campaigns bring by lot; and that visits of the site, which go with orders of the same day, bring none later."""
    rows = [row for row in lake.rows("gold.cause_effect") if row["outcome_indicator_id"] == "orders"]
    row = next((one for one in rows if one["method"] == "randomised_split" and one["dimension_value"] == "all"), {})
    effect: tuple[Any, ...] = tuple(row.get(key) for key in ("effect", "confidence_low", "confidence_high"))
    planted = answers.ANSWERS * _still_here(company)
    holds = None not in effect and effect[1] <= planted <= effect[2] and row["conclusion"] == "caused"
    lagged = [one for one in rows if one["method"] == "lagged_regression"]
    after = {one["lag_days"] for one in lagged if one["indicator_id"] == "campaign_reach" and one["is_strongest"]}
    visits = {one["conclusion"] for one in lagged if one["indicator_id"] == "visitors"}
    moved = visits & {"associated", "caused", "probably_caused"}
    days = (float(min(after)) if after else None,)
    return [
        Finding("orders a person written to, by lot", f"{planted:.3f}", effect, None, holds),
        Finding("days from campaigns to orders", str(answers.LAG_DAYS), days, None, after == {answers.LAG_DAYS}),
        Finding("visits of the site move orders later", "no", (float(len(moved)),), None, not moved),
    ]


def _still_here(company: Path) -> float:
    """Share of the customers to whom campaigns were sent who had not left by then."""
    truth = pd.read_csv(company / "truth/campaigns.csv", dtype=str).dropna(subset=["customer_id"])
    sent = truth[truth["is_held_out"] == "false"]
    made = pd.read_csv(company / "campaigns/campaigns.csv", dtype=str, on_bad_lines="skip").drop_duplicates(
        "campaign_id"
    )
    begins = pd.to_datetime(sent["campaign_id"].map(made.set_index("campaign_id")["begins_at"].str[:10]))
    at = (begins + pd.Timedelta(days=answers.LAG_DAYS)).dt.strftime("%Y-%m-%d")
    left = pd.read_csv(company / "truth/causes/leaving.csv", dtype=str).set_index("customer_id")["left_at"]
    gone = sent["customer_id"].map(left).fillna("9999") <= at
    return float(1 - gone.mean())
