"""What a browser does with the page: it shows the network, and answers to pointer, wheel and search."""

import json
import re

import browser
import pytest
from PIL import Image

from jobs.serving.network_pictures import view
from jobs.serving.network_pictures.html import html

USER = """<pre id="seen"></pre><script>
const seen={},on=()=>net.querySelectorAll('circle.on').length;
const kinds={p:PointerEvent,w:WheelEvent,d:MouseEvent,c:MouseEvent};
const fire=(what,type,more={})=>what.dispatchEvent(new kinds[type[0]]
(type,{bubbles:true,clientX:700,clientY:500,...more}));
seen.dots=dots.length;
find.value='PERSON A';find.dispatchEvent(new Event('input'));seen.found=on();
find.value='nobody of that name';find.dispatchEvent(new Event('input'));seen.nobody=on();
find.value='';find.dispatchEvent(new Event('input'));seen.nothing_asked=net.classList.contains('dim');
const a=dots.find(d=>d.text.startsWith('person a'));
fire(a,'pointerenter');seen.said=told.textContent;seen.around=on();
fire(a,'pointerleave');seen.left=[told.style.visibility,on()];
fire(svg,'wheel',{deltaY:-200,cancelable:true});seen.zoomed=net.getAttribute('transform');
fire(svg,'pointerdown');fire(window,'pointermove',{clientX:760,clientY:500});fire(window,'pointerup');
seen.moved=net.getAttribute('transform');
fire(svg,'dblclick');seen.reset=net.getAttribute('transform');
const legend=document.querySelector('.entry');fire(legend,'click');seen.of_legend=on();
fire(svg,'click');seen.released=net.classList.contains('dim');
document.getElementById('seen').textContent=JSON.stringify(seen);
</script></body>"""


@pytest.fixture
def page(part, tmp_path):
    path = tmp_path / "network.html"
    path.write_text(html(view.whole(part, "all")), encoding="utf-8")
    return path


def test_it_answers_to_pointer_wheel_and_search(page, tmp_path, chromium):
    shown = page.read_text(encoding="utf-8")
    page.write_text(shown.replace("</body>", USER), encoding="utf-8")
    found = re.search(r'<pre id="seen">(.*?)</pre>', browser.document(chromium, page, tmp_path), re.DOTALL)
    assert found
    seen = json.loads(found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    assert seen["dots"] == 9
    assert (seen["found"], seen["nobody"], seen["nothing_asked"]) == (1, 0, False)
    assert seen["said"] == "Person a, class A\ntea, <b>milk</b> & more"  # markup of the data is text
    assert seen["around"] == 4  # a, and b, d, w
    assert seen["left"] == ["hidden", 0]
    assert float(re.search(r"scale\((.*)\)", seen["zoomed"])[1]) == pytest.approx(2.71828 ** (200 / 500), rel=1e-3)
    assert seen["moved"] != seen["zoomed"]
    assert seen["reset"] == "translate(0 0) scale(1)"
    assert (seen["of_legend"], seen["released"]) == (4, False)


def test_it_shows_the_network(page, tmp_path, chromium):
    with Image.open(browser.screenshot(chromium, page, tmp_path)) as image:
        colours = image.convert("RGB").getcolors(maxcolors=1 << 24)
    assert len(colours) > 50  # smooth edges of dots, lines and letters
    assert sum(count for count, _ in colours) - max(count for count, _ in colours) > 10_000
