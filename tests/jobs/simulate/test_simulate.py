"""The whole: the same bytes each time, all or nothing, and nobody else's files touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.simulate import simulate


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def small(out: Path, **other: object) -> None:
    simulate(out, **({"customers": 60, "days": 40} | other))


def test_same_arguments_give_the_same_bytes(tmp_path):
    small(tmp_path / "a")
    small(tmp_path / "b")
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_another_seed_gives_other_orders(tmp_path):
    small(tmp_path / "a", seed=1, dirt=False)
    small(tmp_path / "b", seed=2, dirt=False)
    first, second = files(tmp_path / "a"), files(tmp_path / "b")
    assert first["erp/customers.csv"] != second["erp/customers.csv"]
    assert first["erp/products.csv"] == second["erp/products.csv"]


def test_a_part_has_random_numbers_of_its_own(tmp_path):
    small(tmp_path / "a", orders=400)
    small(tmp_path / "b", orders=900)
    first, second = files(tmp_path / "a"), files(tmp_path / "b")
    same = {name for name in first if first[name] == second.get(name)}
    assert {"forum/Posts.xml", "microblog/profiles.jsonl", "truth/persons.csv", "truth/tone.csv"} <= same


def test_default_size(dirty):
    made = dirty.summary
    assert made.customers == 300
    assert 2_200 <= made.orders <= 2_800
    assert 2_600 <= made.posts <= 3_400
    assert 5_200 <= made.interactions <= 6_800
    assert 340 <= made.forum_posts <= 460
    assert 120 <= made.tickets <= 180


def test_summary_counts_what_was_written(dirty):
    rows, totals = dirty.summary.rows, dirty.totals
    assert rows["order lines"] == totals["erp"]["order_lines"]
    assert rows["planted faults"] == sum(totals["faults"]["by_kind"].values())
    assert rows["files"] == len(totals["records"])


def test_exactly_so_many_orders(tmp_path):
    assert simulate(tmp_path / "a", customers=80, days=60, orders=1_234).orders == 1_234


def test_text_files_have_unix_line_ends_and_are_utf8(clean):
    for name, content in files(clean.root).items():
        content.decode("utf-8")
        assert (b"\r" in content) == name.startswith("forum/"), name  # dumps of Stack Exchange have CRLF


def test_refuses_a_folder_with_files_of_others(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match=r"holds files that no simulation wrote \(notes.txt\)"):
        small(tmp_path)
    assert files(tmp_path) == {"notes.txt": b"mine"}


def test_refuses_an_earlier_simulation_with_files_of_others_beside_it(tmp_path):
    small(tmp_path / "a")
    (tmp_path / "a" / "lake").mkdir()
    with pytest.raises(ValueError, match="lake"):
        small(tmp_path / "a")


def test_refuses_a_file(tmp_path):
    (tmp_path / "a").write_text("mine")
    with pytest.raises(ValueError, match="is a file"):
        small(tmp_path / "a")


def test_replaces_an_earlier_simulation_and_an_empty_folder(tmp_path):
    (tmp_path / "a").mkdir()
    small(tmp_path / "a", days=50)
    small(tmp_path / "a")
    small(tmp_path / "b")
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_failure_leaves_what_was_there(tmp_path):
    small(tmp_path / "a")
    before = files(tmp_path / "a")

    def fail(what: str, done: int, total: int) -> None:
        if what == "truth":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small(tmp_path / "a", seed=9, on_progress=fail)
    assert files(tmp_path / "a") == before
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("dirt", [True, False])
def test_progress_runs_to_its_end(tmp_path, dirt):
    seen = []
    small(tmp_path / "a", dirt=dirt, on_progress=lambda what, done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(len(seen)))
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize("size", [{"customers": 19}, {"days": 13}, {"orders": 49}])
def test_refuses_a_size_that_is_too_small(tmp_path, size):
    with pytest.raises(ValueError, match="expected at least"):
        small(tmp_path / "a", **size)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", range(3))
def test_smallest_size(tmp_path, seed):
    made = simulate(tmp_path / "a", customers=20, days=14, seed=seed, dirt=False)
    assert made.orders > 0
    assert made.posts > 0
