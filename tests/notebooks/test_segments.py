"""The notebook runs from top to bottom on two models, and shows both."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
from nbclient import NotebookClient

from jobs import settings
from jobs.job import Run
from jobs.lake import arrow, open_lake
from jobs.models.segments import segments
from transformations.contracts import contract

SOURCE = "kind: erp\nformat: csv\npath: /nowhere.csv\ntables: {customers: {columns: {customer_id: id}}}\n"
NOW = datetime(2025, 3, 1, tzinfo=UTC)


def test_two_models_are_compared_through_mlflow_alone(write_conf, notebook, monkeypatch):
    conf = write_conf({"none": SOURCE})
    found = settings.load(conf)
    lake = open_lake(found)
    for seed in (1, 2):
        random = np.random.default_rng(seed)
        rows = [
            {
                "person_id": f"{group}{n}",
                "as_of_date": date(2025, 3, 1),
                "currency": "EUR",
                "recency_days": float(recency * random.uniform(0.8, 1.2)),
                "tenure_days": float(recency + 60),
                "frequency_count": frequency,
                "monetary": Decimal(round(monetary * random.uniform(0.8, 1.2))),
            }
            for group, (recency, frequency, monetary) in enumerate([(5, 40, 4000), (150, 12, 1500), (300, 1, 30)])
            for n in range(20)
        ]
        lake.write("gold.customer_value", pa.Table.from_pylist(rows, arrow.schema_of(contract("gold.customer_value"))))
        segments(lake, Run(f"r{seed}", NOW, found, NOW))
    monkeypatch.setenv("SCRM_CONF", str(conf))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    compared = notebook("segments")
    assert all(not cell.get("outputs") for cell in compared.cells)  # committed without results
    NotebookClient(compared, timeout=240, kernel_name="python3").execute()
    outputs = [output for cell in compared.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 1
    shown = "".join(output["data"].get("text/plain", "") for output in outputs if "data" in output)
    assert "no champion" in shown
    assert "version 1" in shown
    assert "version 2" in shown
