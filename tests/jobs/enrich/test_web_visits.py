from jobs.enrich.web_visits import web_visits
from jobs.job import Run
from jobs.lake.tables import Lake


def test_no_id_is_loaded_to_count_rows(filled: Lake, run: Run, loaded: list[tuple[str, ...]]) -> None:
    web_visits(filled, run)
    assert ("event_id",) not in loaded
