import io

from PIL import Image

from jobs.serving.network_pictures import view
from jobs.serving.network_pictures.png import png
from jobs.serving.network_pictures.scene import COLOURS, HEIGHT, WIDTH
from jobs.serving.network_pictures.view import Part


def test_a_png_has_the_dots_in_their_colours(part: Part):
    scene = view.whole(part, "all")
    written = png(scene)
    image = Image.open(io.BytesIO(written))
    assert image.size == (WIDTH, HEIGHT)
    hidden = [label.box for label in scene.labels]
    for dot in scene.dots:
        if dot.colour in COLOURS and not any(b[0] < dot.x < b[2] and b[1] < dot.y < b[3] for b in hidden):
            assert "#{:02X}{:02X}{:02X}".format(*image.getpixel((round(dot.x), round(dot.y)))) == dot.colour
    assert png(scene) == written
