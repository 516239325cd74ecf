from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from transformations.objectives.periods import after, months_between, period


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.sampled_from([1, 2, 3, 4, 6, 12]))
def test_each_day_is_in_one_period_and_a_period_stays_while_it_lasts(day: date, months: int) -> None:
    its = period(day, months)
    assert its.start <= day < its.end
    assert its.months == months == months_between(its.before, its.start)
    assert period(its.start, months) == period(its.end - timedelta(days=1), months) == its
    assert period(its.end, months).before == its.start


def test_first_of_a_month_later() -> None:
    assert after(date(2024, 12, 31), 2) == date(2025, 2, 1)
    assert after(date(2025, 1, 31), -1) == date(2024, 12, 1)
