"""What decides between memory and Spark reads no rows."""

from collections.abc import Callable

import pytest

from jobs.enrich.derived_interactions import derived_interactions
from jobs.enrich.post_enrichments import post_enrichments
from jobs.enrich.web_visits import web_visits
from jobs.job import Run
from jobs.lake.tables import Lake


@pytest.mark.parametrize("job", [derived_interactions, post_enrichments, web_visits])
def test_a_job_does_not_load_ids_to_count_rows(
    filled: Lake, run: Run, monkeypatch: pytest.MonkeyPatch, job: Callable[[Lake, Run], None]
) -> None:
    loaded = []
    stream = Lake.stream

    def noted(lake: Lake, name: str, columns=None, **choice):
        loaded.append(tuple(columns or ()))
        return stream(lake, name, columns, **choice)

    monkeypatch.setattr(Lake, "stream", noted)
    job(filled, run)
    assert not {("post_id",), ("event_id",)} & set(loaded)
