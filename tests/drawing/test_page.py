"""A picture on a page, in a terminal, and in a file."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from IPython.core.formatters import DisplayFormatter

from qaimagic.drawing.page import Picture

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9"><title>a</title><path d="M0,0"/></svg>'
TABLE = "<table><tr><td>1</td></tr></table>"


def test_a_front_end_gets_the_picture_its_caption_and_the_data() -> None:
    bundle, _ = DisplayFormatter().format(Picture(SVG, "loss < 1", TABLE))
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == "loss < 1"
    assert SVG in bundle["text/html"]
    assert "loss &lt; 1" in bundle["text/html"]
    assert f"<details><summary>Data</summary>{TABLE}</details>" in bundle["text/html"]


def test_without_data_there_is_nothing_to_unfold() -> None:
    assert "<details" not in Picture(SVG, "text").html()
    assert "<figcaption" not in Picture(SVG, "text", caption="").html()
    assert "said" in Picture(SVG, "text", caption="said").html()


@pytest.mark.parametrize("svg", [SVG, SVG.replace('xmlns="http://www.w3.org/2000/svg" ', "")])
def test_a_file_stands_alone_in_light_and_dark(tmp_path: Path, svg: str) -> None:
    path = Picture(svg, "text").save(tmp_path / "curve.svg")
    root = ET.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.attrib["width"] == "9"
    assert "prefers-color-scheme:dark" in path.read_text(encoding="utf-8")


def test_a_file_that_is_no_svg_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"Argument `path` must end in `\.svg`, but it is"):
        Picture(SVG, "text").save(tmp_path / "curve.png")
    assert list(tmp_path.iterdir()) == []
