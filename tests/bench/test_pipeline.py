"""The pipeline's tables from literal measurements: nothing is run."""

import json
from argparse import ArgumentParser

import pytest

from bench import known, ours, peer, pipeline
from bench.errors import BenchError, WrongResult
from bench.pipeline import Scale
from jobs.job import STAGES


def our_run(seconds: float, rows: int = 100, peak: int | None = 2_000) -> ours.Run:
    """Half of the time in silver, a quarter in gold, the rest around the jobs."""
    stages = {ours.AROUND: seconds / 4} | dict.fromkeys(STAGES, 0.0) | {"silver": seconds / 2, "gold": seconds / 4}
    return ours.Run(seconds, stages, rows, {"done": 3}, peak, True)


def all_sets(seconds: float) -> dict[str, ours.Run]:
    """Three runs that take so long together."""
    return {name: our_run(seconds * share) for name, share in zip(peer.SETS, (0.5, 0.25, 0.25), strict=True)}


def their_run(seconds: float) -> peer.Run:
    return peer.Run(seconds, {"imports": 1.0, "land": seconds - 1.0}, 400, 1_500)


MEASURED = {
    1: Scale([all_sets(20.0), all_sets(10.0)], [their_run(5.0), their_run(5.0)]),
    4: Scale([all_sets(40.0), all_sets(20.0)], [their_run(10.0), their_run(20.0)]),
}


def reported(found, printed) -> tuple[bool, list[list[str]]]:
    shown: list[object] = []
    is_good = pipeline.report(found, shown.append)
    return is_good, printed(*shown)


def test_a_report_gives_totals_stages_exponents_and_ratios(printed):
    is_good, lines = reported(MEASURED, printed)
    assert not is_good
    assert lines[:5] == [
        ["whole pipeline", "side", "records landed", "s, best", "s, median", "peak MiB"],
        ["1×", "ours", "300", "10.00", "15.00", "2,000"],
        ["1×", "one script", "400", "5.00", "5.00", "1,500"],
        ["4×", "ours", "300", "20.00", "30.00", "2,000"],
        ["4×", "one script", "400", "10.00", "15.00", "1,500"],
    ]
    own = lines[lines.index(["ours, best repeat", "1× s", "4× s", "exponent 1→4"]) :]
    assert own[1] == [ours.AROUND, "2.50", "5.00", "0.50"]
    assert ["silver", "5.00", "10.00", "0.50"] in own
    assert ["= online_retail", "5.00", "10.00", "0.50"] in own
    assert ["= total", "10.00", "20.00", "0.50"] in own
    theirs = lines[lines.index(["one script, best repeat", "1× s", "4× s", "exponent 1→4"]) :]
    assert theirs[1:4] == [
        ["imports", "1.00", "1.00", "0.00"],
        ["land", "4.00", "9.00", "0.58"],  # log(9 / 4) / log(4)
        ["= total", "5.00", "10.00", "0.50"],
    ]
    assert ["whole pipeline at 1×", "one script", "15.00", "5.00", "0.38", "0.25 to 0.50", "≥ 0.4 missed"] in lines
    assert ["whole pipeline at 4×", "one script", "30.00", "15.00", "0.62", "0.25 to 1.00"] in lines
    assert any("Ours does more" in line[0] for line in lines)


def test_a_side_alone_or_a_part_of_ours_has_no_ratio(printed):
    part = {"jaffle_shop": our_run(5.0)}
    for found in (
        {1: Scale(ours=[all_sets(10.0)])},
        {1: Scale(peer=[their_run(5.0)])},
        {1: Scale([part], [their_run(5.0)])},
    ):
        is_good, lines = reported(found, printed)
        assert is_good
        assert not any("spread of R" in line for line in lines)


def test_growth_beyond_the_goal_is_a_missed_goal(printed):
    found = {1: Scale(ours=[all_sets(10.0)]), 4: Scale(ours=[all_sets(48.0)])}  # 4 ** 1.13 = 4.8
    is_good, lines = reported(found, printed)
    assert not is_good
    assert ["Goal missed: ours grows with exponent 1.13; at most 1.05"] in lines
    assert reported(found | {4: Scale(ours=[all_sets(40.0)])}, printed)[0]


def test_memory_that_cannot_be_sampled_is_not_printed_as_0(printed):
    found = {1: Scale(ours=[{"jaffle_shop": our_run(5.0, peak=None)}])}
    assert ["1×", "ours", "100", "5.00", "5.00", "–"] in reported(found, printed)[1]


def options(*arguments: str):
    parser = ArgumentParser()
    pipeline.add_options(parser)
    return parser.parse_args(arguments)


@pytest.fixture
def sides(monkeypatch, tmp_path):
    """Puts runs that cost nothing in place of both sides; gives the order in which they ran."""
    order: list[str] = []
    monkeypatch.setenv("SCRM_DATA", str(tmp_path))

    def run_ours(arguments, environment, lake, log):
        order.append(f"ours {lake.name}")
        assert arguments == ["--conf", pipeline.places.ROOT / "conf" / "examples" / lake.name]
        assert environment["SCRM_DATA"].endswith(f"{lake.parent.parent.name}/raw")
        lake.mkdir(parents=True)
        return our_run(1.0)

    def run_peer(data, folder, scale, log):
        order.append(f"peer {scale}")
        folder.mkdir(parents=True)
        return their_run(4.0)

    monkeypatch.setattr(peer, "missing", lambda: None)
    monkeypatch.setattr(
        peer, "copies", lambda data, raw, scale: (raw.mkdir(parents=True), order.append(f"copies {scale}"))
    )
    monkeypatch.setattr(peer, "run", run_peer)
    monkeypatch.setattr(ours, "run", run_ours)
    monkeypatch.setattr(known, "wrong", lambda example, lake, scale: [])
    return order


def test_both_sides_run_in_turn_and_every_figure_is_written(sides, tmp_path):
    out = tmp_path / "found.json"
    assert pipeline.run(options("--scales", "4", "1", "--repeats", "2", "--out", str(out))) == 0
    each = [f"ours {name}" for name in peer.SETS]
    assert sides == [*("copies 1", *each, "peer 1", "peer 1", *each), *("copies 4", *each, "peer 4", "peer 4", *each)]
    written = json.loads(out.read_text())
    assert written["ratios"] == {"1": [4 / 3, 4 / 3], "4": [4 / 3, 4 / 3]}
    assert written["exponents"] == {"ours": {"1-4": 0.0}, "peer": {"1-4": 0.0}}
    assert written["scales"]["4"]["ours"][1]["jaffle_shop"]["stages"]["silver"] == 0.5
    assert written["scales"]["1"]["peer"][0]["peak_mib"] == 1_500


def test_a_peer_that_is_missing_is_left_out_with_the_reason(sides, monkeypatch, capsys):
    monkeypatch.setattr(peer, "missing", lambda: "no one_script.py")
    assert pipeline.run(options("--scales", "1")) == 0
    assert "The peer is left out: no one_script.py" in capsys.readouterr().out
    assert not any(step.startswith("peer") for step in sides)
    with pytest.raises(BenchError, match=r"the peer cannot run: no one_script\.py"):
        pipeline.run(options("--only", "peer"))


def test_a_wrong_result_ends_the_measurement_and_keeps_what_was_made(sides, monkeypatch, capsys):
    monkeypatch.setattr(known, "wrong", lambda example, lake, scale: [f"{example}: orders: found 3, known 2"])
    with pytest.raises(WrongResult, match="online_retail: orders: found 3, known 2") as raised:
        pipeline.run(options("--scales", "1"))
    assert raised.value.exit_code == 1
    kept = pipeline.Path(capsys.readouterr().err.split("kept: ")[1].strip())
    assert (kept / "1x" / "raw").is_dir()
    pipeline.shutil.rmtree(kept)


@pytest.mark.parametrize("arguments", [("--scales", "27"), ("--scales", "0"), ("--repeats", "0")])
def test_sizes_that_cannot_be_made_are_refused(sides, arguments):
    with pytest.raises(BenchError, match="--scales are 1 to 26"):
        pipeline.run(options(*arguments))
