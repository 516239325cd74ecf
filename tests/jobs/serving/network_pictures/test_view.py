import pytest

from jobs.errors import ConfError
from jobs.serving.network_pictures import view
from jobs.serving.network_pictures.scene import COLOURS, HEIGHT, OTHERS, PANEL, WIDTH
from jobs.serving.network_pictures.view import Part


def test_a_dot_per_person_coloured_by_community_and_sized_by_influence(part: Part):
    scene = view.whole(part, "2025-02")
    assert [dot.key for dot in scene.dots] == list("abcdqwxyz")
    assert {dot.key: dot.colour for dot in scene.dots} == (
        dict.fromkeys("abcd", COLOURS[0]) | dict.fromkeys("wxyz", COLOURS[1]) | {"q": OTHERS}
    )
    assert max(scene.dots, key=lambda dot: dot.radius).key == "a"
    assert len(scene.lines) == 9
    assert [entry.text for entry in scene.entries] == [
        "tea, <b>milk</b> & more (4)",
        "coffee (4)",
        "smaller communities, or none",
    ]
    assert all(0 < dot.x < WIDTH - PANEL and 0 < dot.y < HEIGHT for dot in scene.dots)
    assert {"Person a", "coffee"} <= {label.text for label in scene.labels}


def test_no_label_covers_another(part: Part):
    for scene in (view.whole(part, "all"), view.communities(part, "all")):
        boxes = [label.box for label in scene.labels]
        for place, one in enumerate(boxes):
            for other in boxes[place + 1 :]:
                assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_too_many_persons_are_drawn_as_communities(part: Part, monkeypatch):
    monkeypatch.setattr(view, "PERSONS_UP_TO", 8)
    scene = view.whole(part, "all")
    assert sorted(dot.key for dot in scene.dots) == ["C1", "C2"]
    (line,) = scene.lines
    assert {scene.dots[line.start].key, scene.dots[line.end].key} == {"C1", "C2"}


def test_a_community_and_the_surroundings_of_a_person(part: Part):
    assert sorted(dot.key for dot in view.community(part, "C2", "all").dots) == list("wxyz")
    assert sorted(dot.key for dot in view.surroundings(part, "a", 1, "all").dots) == list("abdw")
    assert sorted(dot.key for dot in view.surroundings(part, "a", 2, "all").dots) == list("abcdwxz")
    assert [dot.key for dot in view.surroundings(part, "q", 3, "all").dots] == ["q"]


def test_who_is_not_there_is_named(part: Part):
    with pytest.raises(ConfError, match="no community C9 in period all; there are C1, C2"):
        view.community(part, "C9", "all")
    with pytest.raises(ConfError, match="no person nobody in the network of all"):
        view.surroundings(part, "nobody", 1, "all")
