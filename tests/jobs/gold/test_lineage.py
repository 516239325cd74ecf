from jobs.gold.lineage import lineage
from jobs.runner.registry import all_jobs


def test_lineage_holds_what_the_registry_says(rows_once) -> None:
    jobs = all_jobs()
    rows = {(row["job"], row["direction"], row["table_name"]) for row in rows_once(lineage)}
    assert ("customer_value", "reads", "silver.orders") in rows
    assert ("customer_value", "writes", "gold.customer_value") in rows
    assert len(rows) == sum(len(job.reads) + len(job.writes) for job in jobs)
