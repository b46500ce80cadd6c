"""The page of the codebook, as a browser shows it: it needs nothing else, and turns as its words do."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from places import SCHEMES
from playwright.sync_api import Browser, Page, Request

from signalbook.schema.codebook import codebook_html
from signalbook.schema.codebook.example import in_order
from signalbook.schema.documents.example import read_example
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme

pytestmark = pytest.mark.browser
MAX_SECONDS = 1.0

#: Words of each numbered span of the figure, put together from the pieces before its number.
_MARKED = """() => Object.fromEntries(
  [...document.querySelectorAll('figure sup')].map(sup => {
    const number = sup.querySelector('a').textContent, words = [];
    for (let e = sup.previousSibling; e; e = e.previousSibling)
      if (e.nodeName !== 'SUP') words.unshift(e.textContent);
    return [number, words.join('')];
  }))"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    yield context.new_page()
    context.close()


def open_codebook(page: Page, scheme: Scheme, folder: Path) -> list[str]:
    """Open the page from its file; the addresses that it asks for."""
    path = folder / "codebook.html"
    path.write_text(codebook_html(scheme), encoding="utf-8")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.goto(path.as_uri())
    return asked


def test_the_page_opens_at_once_and_loads_nothing(
    scheme: Scheme, page: Page, tmp_path: Path
) -> None:
    page.goto("about:blank")
    assert open_codebook(page, scheme, tmp_path) == [(tmp_path / "codebook.html").as_uri()]
    assert page.locator("script").count() == 0
    assert min(seconds_to_load(page) for _ in range(3)) < MAX_SECONDS


def seconds_to_load(page: Page) -> float:
    began = time.perf_counter()
    page.reload()
    return time.perf_counter() - began


@pytest.mark.parametrize("source", ["diplomatic_signal", *SCHEMES.glob("*/*")], ids=str)
def test_the_figure_marks_the_spans_of_the_example_and_nothing_else(
    source: str | Path, page: Page, tmp_path: Path
) -> None:
    scheme = load_scheme(source)
    document = read_example(scheme)
    assert document is not None
    open_codebook(page, scheme, tmp_path)
    marked: dict[str, str] = page.evaluate(_MARKED)
    spans = {str(number): span for number, span in enumerate(in_order(document), 1)}
    assert marked.keys() == spans.keys()
    for number, before in marked.items():
        assert before.endswith(spans[number].text or "?")
    colours = {kind.name: kind.colour.lower() for kind in scheme.span_types}
    shown = page.locator("figure p sup").evaluate_all(
        "sups => sups.map(s => [s.firstChild.textContent, s.style.getPropertyValue('--colour')])"
    )
    assert {number: colour.strip().lower() for number, colour in shown} == {
        number: colours[span.type] for number, span in spans.items()
    }
    arrows = page.locator("figure p a.to").evaluate_all("links => links.map(l => l.title)")
    assert sorted(arrows) == sorted(relation.type for relation in document.relations)


def test_each_block_turns_to_the_side_from_which_its_words_are_read(
    page: Page, tmp_path: Path
) -> None:
    open_codebook(page, load_scheme(SCHEMES / "market_claims" / "1.0"), tmp_path)
    sides = page.locator("h2, h3, p, td").evaluate_all(
        "blocks => blocks.map(b => [b.textContent, getComputedStyle(b).direction])"
    )
    turned = [text for text, side in sides if side == "rtl"]
    assert turned
    assert [text for text, side in sides if first_letter(text) >= "\u0600" and side != "rtl"] == []
    assert [text for text in turned if first_letter(text) < "\u0600"] == []


def first_letter(text: str) -> str:
    return next(filter(str.isalpha, text), "")


@pytest.mark.parametrize("width", [400, 1400])
def test_the_page_never_scrolls_sideways(
    width: int, scheme: Scheme, page: Page, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    open_codebook(page, scheme, tmp_path)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_dark_and_light_are_both_readable(scheme: Scheme, page: Page, tmp_path: Path) -> None:
    open_codebook(page, scheme, tmp_path)
    grounds = set[str]()
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        grounds.add(page.evaluate("getComputedStyle(document.body).color"))
    assert grounds == {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("width", [1280, 800])
@pytest.mark.parametrize("source", ["diplomatic_signal", *SCHEMES.glob("*/*")], ids=str)
def test_no_table_is_wider_than_the_page(
    source: Path | str,
    width: int,
    media: Literal["screen", "print"],
    page: Page,
    tmp_path: Path,
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media=media)
    open_codebook(page, load_scheme(source), tmp_path)
    cut = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll('main *')]
          .filter(e => e.scrollWidth > document.documentElement.clientWidth
            || e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
            || (e.localName === 'table' && e.scrollWidth > e.clientWidth + 1))
          .map(e => e.localName + ': ' + e.textContent.trim().slice(0, 40))"""
    )
    assert cut == []
