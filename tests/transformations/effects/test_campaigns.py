from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import ttest_ind

from transformations.effects.arms import ARMS, DAYS, MEASURES, OUTCOMES
from transformations.effects.campaigns import Comparison, comparisons

BEGIN = date(2026, 3, 2)
LATER = BEGIN + timedelta(days=90)
EARLY = BEGIN - timedelta(days=300)


def _arm(name: str, after: np.ndarray, before: np.ndarray, earlier: np.ndarray, campaign: str = "letter") -> dict:
    """Sums of one arm, made of what each person bought."""
    row: dict = {"source": "erp", "campaign": campaign, "begins_on": BEGIN, "arm": name}
    row |= {"is_long_known": True, "persons": len(after)}
    values = {"after": after, "before": before, "change": after - before, "earlier_change": before - earlier}
    for outcome in OUTCOMES:
        for measure in MEASURES:
            row[f"{outcome}_{measure}_total"] = float(values[measure].sum())
            row[f"{outcome}_{measure}_squares"] = float((values[measure] ** 2).sum())
    return row


def _found(*rows: dict, first: date = EARLY, until: date = LATER) -> dict[tuple[str, str], Comparison]:
    arms = pa.Table.from_pylist(list(rows), ARMS)
    return {(its.method, its.campaign): its for its in comparisons(arms, "orders", first=first, until=until)}


def test_a_split_by_lot_is_the_difference_of_two_means() -> None:
    random = np.random.default_rng(1)
    sent, held = random.poisson(2.0, (3, 80)), random.poisson(1.2, (3, 60))
    its = _found(_arm("sent", *sent), _arm("held_out", *held))["randomised_split", "letter"]
    assert its.estimate.effect == pytest.approx(sent[0].mean() - held[0].mean())
    assert its.placebo.effect == pytest.approx(sent[1].mean() - held[1].mean())
    assert (its.estimate.observations, its.compared) == (140, 60)
    expected = ttest_ind(sent[0], held[0], equal_var=False)
    assert its.estimate.effect / (its.estimate.high - its.estimate.effect) * 1.959964 == pytest.approx(
        expected.statistic
    )


def test_what_chance_gives_is_that_of_persons_parted_by_lot() -> None:
    random = np.random.default_rng(2)
    sent, held = random.poisson(2.0, (3, 80)), random.poisson(2.0, (3, 60))
    low, high = _found(_arm("sent", *sent), _arm("held_out", *held))["randomised_split", "letter"].by_chance
    everybody = np.concatenate([sent[0], held[0]])
    mixed = [random.permutation(everybody) for _ in range(4_000)]
    assert np.quantile([its[:80].mean() - its[80:].mean() for its in mixed], 0.975) == pytest.approx(high, rel=0.1)
    assert low == -high


def test_differences_take_off_what_untouched_customers_do_as_well() -> None:
    """Everybody buys one more; who was written to always bought three more, and now buys another half."""
    random = np.random.default_rng(3)
    before, other = random.poisson(2.0, 200), random.poisson(2.0, 300)
    grown = before + 1 + (random.random(200) < 0.5)
    its = _found(_arm("sent", grown + 3, before + 3, before + 3), _arm("untouched", other + 1, other, other))
    found = its["difference_in_differences", "letter"]
    assert set(its) == {("difference_in_differences", "letter")}
    assert found.estimate.effect == pytest.approx((grown - before).mean() - 1)
    assert 0.4 < found.estimate.low < found.estimate.high < 0.7
    assert found.placebo is None  # nobody's purchases differ between the spans before


def test_an_effect_on_made_up_customers_is_found_and_loyalty_is_none(made, arms_of) -> None:
    with_effect = comparisons(arms_of(made(5, effect=1.0)), "orders", first=EARLY, until=LATER)
    loyal = comparisons(arms_of(made(5, loyal=1.5)), "orders", first=EARLY, until=LATER)
    split, differences = with_effect
    assert split.estimate.low < 1.0 < split.estimate.high
    assert differences.estimate.low < 1.0 < differences.estimate.high
    assert min(split.estimate.low, differences.estimate.low) > 0.2
    assert split.placebo.is_zero_likely
    assert differences.placebo.is_zero_likely
    assert not loyal[0].placebo.is_zero_likely  # not parted by lot: they differed before
    assert loyal[1].estimate.is_zero_likely


def test_of_campaigns_without_an_effect_one_in_twenty_is_found() -> None:
    """300 campaigns: 15 expected; 6 to 25 with a probability of 99 %."""
    random = np.random.default_rng(8)
    rows = []
    for number in range(300):
        for arm in ("sent", "held_out"):
            rows.append(_arm(arm, *random.poisson(0.7, (3, 60)), campaign=f"{number:03}"))
    its = _found(*rows)
    found = [one for (method, name), one in its.items() if method == "randomised_split" and name != "all"]
    assert len(found) == 300
    assert 6 <= sum(not one.estimate.is_zero_likely for one in found) <= 25
    assert its["randomised_split", "all"].estimate.is_zero_likely


def test_campaigns_together_are_weighted_by_their_precision() -> None:
    random = np.random.default_rng(9)
    rows = [
        _arm(arm, *random.poisson(mean, (3, size)), campaign=name)
        for name, size in (("a", 400), ("b", 40))
        for arm, mean in (("sent", 2.0), ("held_out", 1.0))
    ]
    its = _found(*rows)
    a, b, together = (its["randomised_split", name].estimate for name in ("a", "b", "all"))
    weights = [1 / (one.high - one.low) ** 2 for one in (a, b)]
    assert together.effect == pytest.approx(np.average([a.effect, b.effect], weights=weights))
    assert together.high - together.low < a.high - a.low
    assert together.observations == 880


@pytest.mark.parametrize(
    ("first", "until", "persons", "why_not"),
    [
        (EARLY, BEGIN + timedelta(days=DAYS - 1), 50, "the 28 days after the campaign began are not over"),
        (BEGIN + timedelta(days=1), LATER, 50, "sales do not reach back far enough"),
        (EARLY, LATER, 19, "fewer than 20 persons on one side"),
    ],
)
def test_why_a_campaign_cannot_be_compared(first, until, persons, why_not) -> None:
    values = np.random.default_rng(1).poisson(1.0, (3, 50))
    rows = [_arm("sent", *values), _arm("held_out", *values[:, :persons])]
    its = _found(*rows, first=first, until=until)["randomised_split", "letter"]
    assert (its.estimate, its.why_not) == (None, why_not)


def test_a_placebo_needs_the_spans_before() -> None:
    values = np.random.default_rng(1).poisson(1.0, (2, 3, 50))
    its = _found(_arm("sent", *values[0]), _arm("held_out", *values[1]), first=BEGIN)["randomised_split", "letter"]
    assert its.estimate is not None
    assert its.placebo is None


def test_a_campaign_without_a_placebo_does_not_leave_all_without_one() -> None:
    random = np.random.default_rng(3)
    rows = []
    for number, name in enumerate("abc"):
        for arm, mean in (("sent", 2.0), ("held_out", 1.0)):
            row = _arm(arm, *random.poisson(mean, (3, 60)), campaign=name)
            rows.append(row | {"begins_on": BEGIN + timedelta(days=30 * number)})
    until = BEGIN + timedelta(days=150)
    its = _found(*rows, first=BEGIN, until=until)  # nothing is known of the days before a
    a, b, c, together = (its["randomised_split", name] for name in ("a", "b", "c", "all"))
    assert (a.estimate is None, a.placebo, b.placebo is None) == (False, None, False)
    assert together.estimate.observations == b.estimate.observations + c.estimate.observations
    assert together.placebo.observations == together.estimate.observations
    # of two one has a placebo: both count, without it
    alone = _found(*rows[:4], first=BEGIN, until=until)["randomised_split", "all"]
    assert alone.estimate.observations == 240
    assert alone.placebo is None
