"""The guide for annotators: its steps work, its pictures are those of the page, and so are its words."""

import re
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import generate_guide
import pytest
from places import ROOT
from playwright.sync_api import Browser

from signalbook.annotate.studio.start_stop import Studio

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.xdist_group("guide"),  # one worker takes the steps for both tests
]
GUIDE = (ROOT / "docs" / "annotators.md").read_text(encoding="utf-8")
#: So that the guide opens at once also where the network is slow.
MAX_BYTES = 200_000


@dataclass(frozen=True)
class Walk:
    """What came of the steps of the guide."""

    pictures: set[str]
    lines: set[str]


@pytest.fixture(scope="module")
def walk(studio: Studio, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The steps of the guide, taken in a browser."""
    folder, pictures = tmp_path_factory.mktemp("guide"), tmp_path_factory.mktemp("pictures")
    with chdir(folder):
        words = generate_guide.walk(studio, browser, pictures)
    return Walk(
        {path.name for path in pictures.iterdir()}, {line.strip() for line in words.splitlines()}
    )


def test_the_steps_draw_the_pictures_that_the_guide_shows(walk: Walk) -> None:
    shown = re.findall(r"\]\(pictures/guide/([^)]+)\)", GUIDE)
    assert set(shown) == walk.pictures
    kept: dict[str, Path] = {path.name: path for path in generate_guide.PICTURES.iterdir()}
    assert kept.keys() == walk.pictures
    assert [name for name, path in kept.items() if path.stat().st_size > MAX_BYTES] == []


def test_what_the_guide_has_in_bold_stands_on_the_page(walk: Walk) -> None:
    named = set(re.findall(r"\*\*(.+?)\*\*", GUIDE.replace("\n", " ")))
    assert len(named) > 30
    assert named - walk.lines == set()
