"""What the documentation points at is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("notebooks/*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_repository_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", text) + re.findall(
        r'(?:src|srcset|href)="([^"]+)"', text
    )
    local = [target for target in targets if "://" not in target and not target.startswith("#")]
    assert [t for t in local if not (page.parent / t.split("#")[0]).exists()] == []


def test_the_architecture_names_rooms_and_files_that_exist():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    files = set(re.findall(r"`((?:\w+/)*\w+\.py)`", text))
    assert len(files) > 10
    known = {
        path.relative_to(ROOT / "qaimagic").as_posix() for path in ROOT.rglob("qaimagic/**/*.py")
    }
    assert {
        file for file in files if not any(f"/{name}".endswith(f"/{file}") for name in known)
    } == set()


def test_every_room_of_the_house_is_in_the_picture():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in ROOT.glob("qaimagic/*/__init__.py")}
    assert {room for room in rooms if f"`{room}/`" not in text} == set()
