from pathlib import Path

import deltalake

from bench.contest import ratios
from bench.network import contests, planted


def test_peers_find_the_same_and_communities_are_as_good(tmp_path: Path) -> None:
    pairs = planted(3_000)
    assert pairs.num_rows == 3_000
    deltalake.write_deltalake(tmp_path / "pairs", pairs)
    found = [ratio for contest in contests(tmp_path, 3_000) for ratio in ratios(contest, 1)]
    assert {ratio.peer for ratio in found} == {"NetworKit", "NetworkX", "NetworKit, parallel Leiden"}
