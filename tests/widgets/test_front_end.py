"""What is built of the front end: whole, without strangers, and each style for its widget alone."""

from __future__ import annotations

import re

import pytest

import dev

SOURCES = dev.ROOT / "widgets"
STATIC = dev.ROOT / "qaimagic" / "static"
NAMES = sorted(path.parent.name for path in SOURCES.glob("*/index.ts"))


def test_there_are_the_widgets_of_the_package_and_no_others():
    classes = {path.stem for path in (dev.ROOT / "qaimagic" / "widgets").glob("[a-z]*.py")}
    assert set(NAMES) == classes
    built = {path.name for path in STATIC.iterdir()}
    assert built == {f"{name}.{kind}" for name in NAMES for kind in ("js", "css")}


@pytest.mark.parametrize("name", NAMES)
def test_a_style_is_for_its_widget_alone(name):
    """All of them are on one page, where the last one loaded would win."""
    text = (SOURCES / name / "style.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/|@import[^;]*;|@media[^{]*\{", "", text, flags=re.DOTALL)
    rules = re.findall(r"([^{}@;]+)\{", text)
    selectors = [selector.strip() for rule in rules for selector in rule.split(",")]
    assert selectors
    assert [s for s in selectors if not re.match(rf"\.qaimagic-{name}\b", s)] == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_fetched_from_elsewhere(name):
    for kind in ("js", "css"):
        text = (STATIC / f"{name}.{kind}").read_text(encoding="utf-8")
        addresses = set(re.findall(r"https?://[^\s\"'`)]+", text))
        assert addresses <= {"http://www.w3.org/2000/svg", "https://github.com/leeoniya/uPlot"}, (
            name
        )
