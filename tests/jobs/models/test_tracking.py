from pathlib import Path

import pandas as pd

from jobs.models.tracking import Models

_SCORING = (
    "def assign(parameters, values):\n    return {'score': values['x'] * parameters['by'] + LESS}\nLESS = {less}\n"
)


def test_versions_that_are_loaded_together_score_each_by_its_own_code(tmp_path: Path) -> None:
    registry = Models("doubling", tmp_path / "lake")
    for number, less in (("1", 0), ("2", -100)):
        scoring = tmp_path / f"scoring{number}.py"
        scoring.write_text(_SCORING.replace("{less}", str(less)))
        logged = registry.log(
            {"by": 2}, scoring, inputs=("x",), params={}, metrics={"m": 1.0}, tags={}, example={"x": [1.0]}
        )
        assert logged == number
    frame = pd.DataFrame({"x": [1.0, 5.0]})
    one, other = registry.served("1"), registry.served("2")
    assert other(frame)["score"].tolist() == [-98.0, -90.0]
    assert one(frame)["score"].tolist() == [2.0, 10.0]  # and not by the code that was loaded last
    assert other(frame)["score"].tolist() == [-98.0, -90.0]
