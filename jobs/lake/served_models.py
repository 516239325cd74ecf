"""Models that were promoted, for jobs that apply them without the registry."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from jobs.lake import ops
from transformations.text.tone_model import Correction

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

TONE = "tone"


def tone_correction_of(lake: Lake) -> Correction | None:
    """What a company's own judged posts add to the tone model, where that was promoted. Starts no JVM."""
    for row in ops.SERVED_MODELS.rows(lake, model=TONE):
        if row.get("parameters"):
            parameters = str(row["parameters"])
            return Correction.of(json.loads(parameters), f"correction {sha256(parameters.encode()).hexdigest()[:8]}")
    return None
