"""Cases for effects of communities: who met members in a month, and what followed."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from transformations.network.exposure import Comparison, compared, grade
from transformations.network.person_activity import PURCHASE, TOPIC
from transformations.network.windows import ALL, Period

FOLLOWING_DAYS = 60
"""Days after the month of exposure in which a purchase counts."""
LEAST_BUYERS = 5
"""Members who bought a category, from which on it can be what a community passes on."""
MOST_COMMUNITIES = 50
"""Of all time, the largest: that many are compared."""
OUTCOMES = ("product_adopted", "customer_attracted", "member_retained")

_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("community_id", "outcome", "subject")),
        *((name, pa.int64()) for name in ("exposed_count", "controls_count")),
        *(
            (name, pa.float64())
            for name in ("exposed_ratio", "control_ratio", "effect", "confidence_low", "confidence_high")
        ),
        *((name, pa.float64()) for name in ("placebo_effect", "placebo_low", "placebo_high")),
        ("grade", pa.string()),
        ("is_effect", pa.bool_()),
    ]
)


def community_effects(edges: pa.Table, activity: pa.Table, members: pa.Table, months: list[Period]) -> pa.Table:
    """Effects of each of the largest communities of all time.

    Args:
        edges (gold.network_edges) between persons. activity (gold.person_activity).
        members (gold.community_members): person_id, community_id, period. months: in order.
    Returns: one row per community and outcome that has cases. A case is a person who acted or was addressed in a month, once
        exposed only in the first such month:
        product_adopted: non-members who have not bought the community's category (`subject`: the one most above its share of
            all purchases among members, that LEAST_BUYERS of them bought); exposed: who interacted with a member who has;
            outcome: bought it within FOLLOWING_DAYS; placebo: bought the most bought other category for the first time in
            them.
        customer_attracted: non-members without any purchase; exposed: who interacted with a member who has one; outcome: a
            first purchase within FOLLOWING_DAYS; placebo: was in the network the month before.
        member_retained: everyone but members who met none; exposed: members who interacted with members; outcome: is in the
            network the month after; placebo: was in it the month before.
        Matched are month, thirds of activity (interactions in the month), purchases before (none, one or two, more) and
        whether the person had written about the community's topic. Months whose following days are not over are left out.
    """
    acts = edges.select(["source_person_id", "target_person_id", "acted_on", "interactions_count"]).to_pandas()
    done = activity.select(["person_id", "kind", "subject", "acted_on"]).to_pandas()
    belongs = members.select(["person_id", "community_id", "period"]).to_pandas()
    if acts.empty or belongs.empty:
        return _SCHEMA.empty_table()
    last = max(pc.max(of["acted_on"]).as_py() for of in (edges, activity) if of.num_rows)
    present = {period.name: _present(acts, period) for period in months}
    rows = []
    lasting = belongs[belongs["period"] == ALL].groupby("community_id").size().reset_index(name="n")
    largest = lasting.sort_values(["n", "community_id"], ascending=[False, True])["community_id"].head(MOST_COMMUNITIES)
    for community, its in belongs[belongs["community_id"].isin(largest)].groupby("community_id"):
        subject, topic = _interests(done, set(its["person_id"]))
        cases = _cases(acts, done, its, months, present, last, subject, topic)
        rows += [_row(str(community), outcome, subject, cases) for outcome in OUTCOMES]
    kept = [row for row in rows if row["exposed_count"]]
    return pa.Table.from_pylist(kept, schema=_SCHEMA)


def _present(acts: pd.DataFrame, period: Period) -> pd.Series:
    """Interactions of each person in a period."""
    of = acts[(acts["acted_on"] >= period.start) & (acts["acted_on"] < period.end)]
    ends = [
        of[[f"{end}_person_id", "interactions_count"]].set_axis(["person_id", "n"], axis=1)
        for end in ("source", "target")
    ]
    return pd.concat(ends).groupby("person_id")["n"].sum()


def _interests(done: pd.DataFrame, members: set[str]) -> tuple[str | None, str | None]:
    """The category and the topic most above their share of all, among members."""
    found: list[str | None] = []
    for kind, least in ((PURCHASE, LEAST_BUYERS), (TOPIC, 1)):
        of_kind = done[done["kind"] == kind]
        its = of_kind[of_kind["person_id"].isin(members)]
        buyers = its.groupby("subject")["person_id"].nunique()
        above = its["subject"].value_counts(normalize=True) - of_kind["subject"].value_counts(normalize=True)
        above = above.reindex(buyers[buyers >= least].index).dropna().round(9).sort_index()
        found.append(None if above.empty else str(above.idxmax()))
    return found[0], found[1]


def _cases(
    acts: pd.DataFrame,
    done: pd.DataFrame,
    its: pd.DataFrame,
    months: list[Period],
    present: dict[str, pd.Series],
    last: date,
    subject: str | None,
    topic: str | None,
) -> pd.DataFrame:
    """One row per person and month, with what they met and what followed."""
    bought = done[done["kind"] == PURCHASE]
    of_subject = bought[bought["subject"] == subject]
    others = bought.loc[bought["subject"] != subject, "subject"].value_counts()
    other = bought[bought["subject"] == (others.sort_index().idxmax() if len(others) else None)]
    spoke = done[(done["kind"] == TOPIC) & (done["subject"] == topic)]
    parts = []
    for place, period in enumerate(months):
        members = set(its.loc[its["period"] == period.name, "person_id"])
        end = period.end
        if not members:
            continue
        people = present[period.name]
        case = pd.DataFrame({"person_id": people.index.to_numpy(), "n": people.to_numpy()})
        case["month"] = period.name
        case["activity"] = (case["n"].rank(method="average", pct=True) * 3).apply(lambda third: min(int(third), 2))
        before = bought[bought["acted_on"] < end]
        count = case["person_id"].map(before.groupby("person_id").size()).fillna(0)
        case["bought"] = count.clip(upper=3).replace(2, 1).astype(int)
        known = set(spoke.loc[spoke["acted_on"] < end, "person_id"])
        case["has_subject"] = case["person_id"].isin(of_subject.loc[of_subject["acted_on"] < end, "person_id"])
        case["interested"] = case["person_id"].isin(known)
        case["is_member"] = case["person_id"].isin(members)
        holders = members & set(of_subject.loc[of_subject["acted_on"] < end, "person_id"])
        case["met_holder"] = case["person_id"].isin(_met(acts, period, holders))
        case["met_customer"] = case["person_id"].isin(_met(acts, period, members & set(before["person_id"])))
        case["met_member"] = case["person_id"].isin(_met(acts, period, members)) & case["is_member"]
        is_over = end + timedelta(days=FOLLOWING_DAYS) <= last + timedelta(days=1)
        for name, events in (("adopts", of_subject), ("buys_other", other), ("buys", bought)):
            case[name] = case["person_id"].isin(_within(events, end)) if is_over else None
        had_other = set(other.loc[other["acted_on"] < end, "person_id"])
        case["buys_other"] = case["buys_other"].mask(case["person_id"].isin(had_other), False)
        case["stays"] = (
            case["person_id"].isin(present[months[place + 1].name].index) if place + 1 < len(months) else None
        )
        case["was_there"] = case["person_id"].isin(present[months[place - 1].name].index) if place else None
        parts.append(case.astype({name: object for name in ("adopts", "buys_other", "buys", "stays", "was_there")}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _met(acts: pd.DataFrame, period: Period, whom: set[str]) -> set[str]:
    """Who interacted with one of these persons, not being the same."""
    of = acts[(acts["acted_on"] >= period.start) & (acts["acted_on"] < period.end)]
    of = of[of["source_person_id"] != of["target_person_id"]]
    return set(of.loc[of["target_person_id"].isin(whom), "source_person_id"]) | set(
        of.loc[of["source_person_id"].isin(whom), "target_person_id"]
    )


def _within(events: pd.DataFrame, start: date) -> set[str]:
    end = start + timedelta(days=FOLLOWING_DAYS)
    return set(events.loc[(events["acted_on"] >= start) & (events["acted_on"] < end), "person_id"])


def _row(community: str, outcome: str, subject: str | None, cases: pd.DataFrame) -> dict[str, object]:
    nothing = Comparison(0, 0, None, None, None, None, None)
    found = placebo = nothing
    if not cases.empty and not (outcome == "product_adopted" and subject is None):
        if outcome == "product_adopted":
            chosen, exposed, happens, before = (
                ~cases["is_member"] & ~cases["has_subject"],
                "met_holder",
                "adopts",
                "buys_other",
            )
        elif outcome == "customer_attracted":
            chosen, exposed, happens, before = (
                ~cases["is_member"] & (cases["bought"] == 0),
                "met_customer",
                "buys",
                "was_there",
            )
        else:
            chosen, exposed, happens, before = (
                cases["met_member"] | ~cases["is_member"],
                "met_member",
                "stays",
                "was_there",
            )
        of = _first_exposure(cases[chosen].rename(columns={exposed: "is_exposed"}))
        found, placebo = compared(of, happens), compared(of, before)
    graded = grade(found, placebo)
    return {
        "community_id": community,
        "outcome": outcome,
        "subject": subject if outcome == "product_adopted" else None,
        "exposed_count": found.exposed,
        "controls_count": found.controls,
        "exposed_ratio": found.exposed_ratio,
        "control_ratio": found.control_ratio,
        "effect": found.effect,
        "confidence_low": found.low,
        "confidence_high": found.high,
        "placebo_effect": placebo.effect,
        "placebo_low": placebo.low,
        "placebo_high": placebo.high,
        "grade": graded,
        "is_effect": graded == "B" and not found.is_zero_likely,
    }


def _first_exposure(cases: pd.DataFrame) -> pd.DataFrame:
    """Each person up to and with the first month of exposure: later months would count it again."""
    exposures = cases.sort_values("month").groupby("person_id")["is_exposed"].cumsum()
    before = exposures.reindex(cases.index) - cases["is_exposed"].astype(int)
    return cases[before == 0]
