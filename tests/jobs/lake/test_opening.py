import pytest

from jobs.engine import java
from jobs.errors import ConfError
from jobs.lake import opening


@pytest.mark.usefixtures("jvm")
def test_a_session_that_runs_is_given_again_without_asking_java_again(spark, session_settings, monkeypatch):
    def nowhere():
        raise java.JavaMissing("no Java")

    opening.session(session_settings)
    monkeypatch.setattr(java, "find_java", nowhere)
    assert opening.session(session_settings) is spark
    base = session_settings.base
    other = base.model_copy(update={"spark": base.spark.model_copy(update={"shuffle_partitions": 2})})
    with pytest.raises(ConfError, match="no Java"):
        opening.session(session_settings.__class__(**{**vars(session_settings), "base": other}))
