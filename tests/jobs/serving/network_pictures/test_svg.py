import re
import xml.etree.ElementTree as ET

from jobs.serving.network_pictures import view
from jobs.serving.network_pictures.html import html
from jobs.serving.network_pictures.svg import svg, wrapped
from jobs.serving.network_pictures.view import Part

SVG = "{http://www.w3.org/2000/svg}"


def test_an_svg_has_every_dot_line_and_label_and_markup_is_text(part: Part):
    scene = view.whole(part, "all")
    root = ET.fromstring(svg(scene))
    dots = [dot for dot in root.iter(f"{SVG}circle") if dot.get("data-n")]
    assert len(dots) == len(scene.dots)
    texts = {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
    assert {label.text for label in scene.labels} <= texts
    assert "tea, <b>milk</b> & more (4)" in texts
    titles = {title.text for title in root.iter(f"{SVG}title")}
    assert "Person a, class A\ntea, <b>milk</b> & more" in titles


def test_a_page_is_one_file_that_loads_nothing(part: Part):
    page = html(view.whole(part, "all"))
    assert "<b>milk" not in page
    assert "default-src 'none'" in page
    addresses = set(re.findall(r"https?://[^\s\"'<]+", page))
    assert addresses == {"http://www.w3.org/2000/svg"}  # the name of the format, which nobody loads
    assert not re.search(r"\b(src|href)\s*=|@import|url\(|fetch\(|XMLHttpRequest", page)


def test_control_characters_do_not_break_a_picture(part: Part):
    scene = view.whole(part, "all\x00\x1b")
    assert ET.fromstring(svg(scene)) is not None


def test_lines_break_at_spaces():
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("", 7) == []
