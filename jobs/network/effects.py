"""Effects of communities on those who meet their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.job import Run, job

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


@job(
    stage="network",
    group="investigate",
    reads=("gold.network_edges", "gold.person_activity", "gold.community_members"),
    writes=("gold.community_effects",),
    conf=("base.network",),
)
def community_effects(lake: Lake, run: Run) -> None:
    """Compares what people did after they met members of a community with matched people who did not."""
    from jobs.network.network import is_left_out
    from transformations.network import community_effects as effects
    from transformations.network.windows import periods

    if is_left_out(lake, run, "gold.community_effects"):
        return
    edges = lake.arrow("gold.network_edges", where="not is_from_company and not is_to_company")
    months = [period for period in periods(edges["acted_on"], ["month"], 1) if period.grain == "month"]
    activity = lake.arrow("gold.person_activity", where="kind in ('topic', 'purchase')")
    members = lake.arrow("gold.community_members", ("person_id", "community_id", "period"))
    lake.write("gold.community_effects", effects.community_effects(edges, activity, members, months))
