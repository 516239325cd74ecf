import numpy as np
import pytest

from transformations.segmentation.describing import differences, in_words


@pytest.mark.parametrize(("inside", "outside", "is_told"), [(4, 15, False), (15, 4, False), (5, 5, True)])
def test_no_mean_of_fewer_than_five_known_values_is_told(inside: int, outside: int, is_told: bool) -> None:
    ages = np.full(40, np.nan)
    ages[:inside], ages[20 : 20 + outside] = 61.0, 31.0
    found = differences({"age": ages}, ["age"], np.arange(40) < 20)
    told = "More than the others in age (61 against 31 years)."
    assert in_words(found) == (told if is_told else "Much like the others.")
