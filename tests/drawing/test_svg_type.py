from xml.etree import ElementTree

from qaimagic.drawing.labels import Run, parameter_runs
from qaimagic.drawing.svg_type import escape, number, text_svg, width_of


def test_subscripts_drop_and_the_line_returns():
    runs = (Run("a"), Run("0", shift=-1), Run("b"))
    element = ElementTree.fromstring(text_svg(runs, 0, 0, size=10, family="serif"))
    drops = [float(tspan.get("dy")) for tspan in element]
    assert drops[0] > 0
    assert sum(drops) == 0
    assert "".join(element.itertext()) == "a0b"


def test_widths_grow_with_text_and_size_and_shrink_in_subscripts():
    assert width_of(parameter_runs("theta[0,1]"), 14) > width_of(parameter_runs("theta"), 14)
    assert width_of((Run("ab"),), 20) == 2 * width_of((Run("ab"),), 10)
    assert width_of((Run("ab", shift=-1),), 10) < width_of((Run("ab"),), 10)


def test_nothing_escapes():
    assert escape('<a href="x">&\'\x07') == "&lt;a href=&quot;x&quot;&gt;&amp;&#x27;\ufffd"


def test_coordinates_are_short():
    assert [number(v) for v in (1.0, 2.04, -3.55)] == ["1", "2", "-3.5"]
