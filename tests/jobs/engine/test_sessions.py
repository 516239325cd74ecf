"""Which engine computes in this process."""

import pytest

from jobs.engine import embedded, sessions
from jobs.engine import spark as apache
from jobs.errors import ConfError


def test_the_other_engine_is_refused_where_one_runs_and_that_one_goes_on(spark, tmp_path) -> None:
    of_spark = apache.Options("local[1]", "1g", 1, "", (), ("core",))
    is_embedded = sessions.is_embedded(spark)
    with pytest.raises(ConfError, match="a process has one: start another"):
        sessions.session(of_spark if is_embedded else embedded.Options("1g"), tmp_path / "log")
    assert spark.range(3).count() == 3
