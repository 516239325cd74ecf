import random

import pyarrow as pa
import pytest
from hypothesis import given
from recounted import FEW, SEEDS, ZONES, Group, assert_agree, collected, local_day, moment, recounted, some

from transformations.indicators.surveys import OPINIONS, monthly_opinions, survey_indicators


@pytest.fixture(scope="module")
def rows(frame, at, by_group):
    answers = [
        # response, customer, address, subject, score, goal, month
        ("1", "ada", None, "firm", 9, 8, 3),
        ("1", "ada", None, "product", 5, 4, 3),
        ("2", "bob", None, "firm", 8, 8, 3),  # reaches the goal, does not exceed it
        ("3", None, "CYD@x.example", "product", 5, 4, 3),
        ("4", None, "cyd@x.example", "product", 1, 4, 4),  # one of two: not more than half
        ("5", "dan", None, None, None, 4, 3),
    ]
    found = monthly_opinions(
        frame(
            "silver.survey_responses",
            *(
                {
                    "response_id": response,
                    "question": subject or "other",
                    "customer_id": customer,
                    "email": email,
                    "kind": subject,
                    "score": score,
                    "goal": goal,
                    "answered_at": at(2, month=month),
                }
                for response, customer, email, subject, score, goal, month in answers
            ),
        ),
        "UTC",
    )
    return by_group(survey_indicators(pa.table(found.toArrow()).select(OPINIONS.names).cast(OPINIONS), 10))


def test_who_is_satisfied_of_those_who_answered_and_of_all(rows) -> None:
    total = rows["satisfaction", "all", None, "all", "all"]
    assert (total["numerator"], total["denominator"], total["coverage_ratio"]) == (1, 3, 0.75)
    assert total["persons_count"] == 4
    assert rows["satisfaction", "month", "03-01", "all", "all"]["value"] == pytest.approx(2 / 3)  # cyd in March
    assert rows["satisfaction", "all", None, "subject", "firm"]["value"] == 0.5
    of_all = rows["satisfied_customers_ratio", "all", None, "all", "all"]
    assert (of_all["numerator"], of_all["denominator"], of_all["value"]) == (1, 10, 0.1)


def test_an_answer_without_score_is_no_opinion(rows) -> None:
    nothing = rows["satisfaction", "all", None, "subject", "(none)"]
    assert (nothing["value"], nothing["missing_reason"]) == (None, "no answer has both a score and a goal")


def _answer(draw: random.Random, number: int) -> dict:
    """Few answer, many times: as customers of two sources, by their address in capitals or not, or without either."""
    return {
        "source": draw.choice(("erp", "shop")),
        "response_id": str(number % 60),
        "question": str(number),
        "customer_id": some(draw, *"abcdef", nulls=0.5),
        "email": some(draw, "x@a.example", "X@a.example", "y@a.example", "Z@a.example"),
        "kind": some(draw, "firm", "product", "service"),
        "goal": some(draw, 3.0, 4.0),
        "score": some(draw, 2.0, 3.0, 4.0, 5.0),
        "answered_at": moment(draw),
    }


def _respondent(row: dict) -> tuple:
    if row["customer_id"]:
        return "customer", row["source"], row["customer_id"]
    return ("address", row["email"].lower()) if row["email"] else ("response", row["source"], row["response_id"])


def _opinions(group: Group) -> dict[tuple, list[bool]]:
    """Respondent -> of each answer with a score and a goal, whether it exceeds the goal."""
    found: dict[tuple, list[bool]] = {_respondent(row): [] for row in group.rows}
    for row in group.rows:
        if row["score"] is not None and row["goal"] is not None:
            found[_respondent(row)].append(row["score"] > row["goal"])
    return found


def _satisfied(opinions: dict[tuple, list[bool]]) -> list[tuple]:
    return [who for who, exceeds in opinions.items() if sum(exceeds) > len(exceeds) - sum(exceeds)]


def _satisfaction(group: Group) -> dict:
    opinions = _opinions(group)
    measured = sum(map(bool, opinions.values()))
    return {
        "numerator": len(_satisfied(opinions)) if measured else None,
        "denominator": measured,
        "observations_count": measured,
        "coverage_ratio": measured / len(opinions),
        "persons_count": len(opinions),
    }


def _satisfied_customers(group: Group) -> dict:
    opinions = _opinions(group)
    customers = [who for who in _satisfied(opinions) if who[0] == "customer"]
    return {"numerator": len(customers), "denominator": 50, "observations_count": sum(map(bool, opinions.values()))}


@FEW
@given(SEEDS)
def test_random_answers_agree_with_a_second_count(frame, seed: int) -> None:
    draw = random.Random(seed)
    zone = draw.choice(ZONES)
    rows = [_answer(draw, number) for number in range(200)]
    opinions = collected(monthly_opinions(frame("silver.survey_responses", *rows), zone), OPINIONS)
    found = survey_indicators(opinions, 50)
    dated = [row | {"day": local_day(row["answered_at"], zone), "subject": row["kind"] or "(none)"} for row in rows]
    assert_agree(
        found,
        recounted("satisfaction", dated, _satisfaction),
        recounted("satisfied_customers_ratio", dated, _satisfied_customers),
    )
