import pytest

from transformations.text.matching import Label
from transformations.text.relevance import relevance

BRAND, RIVAL = Label("brand", "Acme"), Label("competitor", "Other")
PRODUCT, TOPIC, MORE = Label("product", "kettle"), Label("topic", "price"), Label("topic", "delivery")
EXCLUDED = Label("exclusion", "giveaway")


@pytest.mark.parametrize(
    ("found", "ratio"),
    [
        ([], 0.0),
        ([TOPIC], 0.5),
        ([TOPIC, TOPIC], 0.5),
        ([TOPIC, MORE], 0.75),
        ([PRODUCT], 0.6),
        ([RIVAL], 0.7),
        ([BRAND], 0.9),
        ([BRAND, TOPIC], 0.95),
        ([BRAND, EXCLUDED], 0.0),
    ],
)
def test_signs_add_up(found: list[Label], ratio: float) -> None:
    assert relevance(found) == ratio


@pytest.mark.parametrize(
    ("service_type", "ratio"), [("forum", 0.5), ("review", 0.5), ("microblog", 0.0), ("blog", 0.0), (None, 0.0)]
)
def test_places_that_are_about_the_company(service_type: str | None, ratio: float) -> None:
    assert relevance([], service_type=service_type) == ratio
    assert relevance([TOPIC], service_type="forum") == 0.75


def test_a_company_that_names_nothing_chose_its_sources() -> None:
    assert relevance([], service_type="microblog", nothing_monitored=True) == 0.5


def test_a_thread_passes_its_relevance_on() -> None:
    assert relevance([], root_ratio=0.9) == 0.72
    assert relevance([BRAND], root_ratio=0.5) == 0.9
    assert relevance([EXCLUDED], root_ratio=0.9) == 0.0


def test_own_posts() -> None:
    assert relevance([], is_own=True) == 0.9
