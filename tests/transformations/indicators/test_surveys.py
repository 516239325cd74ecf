import pyarrow as pa
import pytest

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
