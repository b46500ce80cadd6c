"""The report in a real browser: no request, no script, readable in light, dark and on paper."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from signalbook.annotate.demo.simulate import simulate
from signalbook.export.agreement.corpus import gather
from signalbook.export.report.build import agreement_report
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

pytestmark = pytest.mark.browser

EVIL = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
#: Contrast of text with what is behind it, as WCAG 2 computes it, for every element with text.
CONTRAST = """() => {
  const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1;
  const paint = canvas.getContext('2d', {willReadFrequently: true});
  const rgb = colours => {
    paint.clearRect(0, 0, 1, 1);
    for (const c of colours) { paint.fillStyle = c; paint.fillRect(0, 0, 1, 1); }
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = c => {
    const [r, g, b] = c.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  let worst = [21, ''];
  for (const e of document.querySelectorAll('main *, header *, footer *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.closest('svg') || !e.checkVisibility()) continue;
    const behind = [];
    for (let p = e; p; p = p.parentElement) behind.unshift(getComputedStyle(p).backgroundColor);
    const [a, b] = [light(rgb(behind)), light(rgb([...behind, getComputedStyle(e).color]))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst[0]) worst = [ratio, e.outerHTML.slice(0, 120)];
  }
  return worst;
}"""


@pytest.fixture(scope="module")
def page_file(scheme: Scheme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on texts and article ids that hold markup."""
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    documents = [
        simulate(evil(example, id), scheme, name=who, seed=3, count_errors=lambda _: 0)
        for id in ("b1", EVIL)
        for who in ("simulated-1", "simulated-2")
    ]
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(agreement_report(gather(documents, scheme)).html, encoding="utf-8")
    return path


def evil(example: AnnotationDocument, id: str) -> AnnotationDocument:
    """The example with markup before each of its places; ends stay where their words are."""
    text = example.article.text or ""
    moved = len(EVIL) + 1
    full = f"{EVIL}\n{text}\n{EVIL}"
    article = example.article.model_copy(update={"id": id, "text": full, "text_length": len(full)})
    spans = tuple(
        span.model_copy(update={"start": span.start + moved - 20, "end": span.end + moved})
        for span in example.spans
    )
    return example.model_copy(update={"article": article, "spans": spans})


@pytest.fixture(params=["light", "dark"])
def opened(browser: Browser, page_file: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1200, "height": 900}, color_scheme=request.param
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(page_file.as_uri())
    yield page
    assert asked == [page_file.as_uri()]
    context.close()


def test_the_page_opens_alone_and_runs_nothing(opened: Page) -> None:
    assert opened.title().startswith("Agreement: ")
    assert opened.locator("script, link, img, iframe").count() == 0
    assert opened.locator("#disagreements").get_by_text("document.title='run'").count() > 0


def test_no_text_is_faint_in_light_or_dark(opened: Page) -> None:
    opened.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    ratio, where = opened.evaluate(CONTRAST)
    assert ratio >= 4.5, where


def test_a_screen_reader_finds_its_way(opened: Page) -> None:
    assert opened.locator("html").get_attribute("lang") == "en"
    assert opened.locator("h1").count() == 1
    levels = opened.evaluate(
        "[...document.querySelectorAll('h1,h2,h3')].map(h => Number(h.tagName[1]))"
    )
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert opened.locator("main table:not(.dispute table):not(:has(caption))").count() == 0
    assert opened.locator("main th:not([scope])").count() == 0
    assert opened.locator("svg:not([role=img])").count() == 0
    ids = opened.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    for target in opened.locator("nav a").evaluate_all("all => all.map(a => a.hash.slice(1))"):
        assert target in ids


def test_the_keyboard_reaches_the_skip_link_first(opened: Page) -> None:
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.textContent") == "Skip to the summary"
    assert opened.locator(".skip").bounding_box() is not None


def test_a_telephone_need_not_scroll_sideways(opened: Page) -> None:
    opened.set_viewport_size({"width": 390, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_measures_fit_on_a_desk_and_scroll_with_a_shadow_on_a_telephone(opened: Page) -> None:
    table = opened.locator("#measures > .scroll").first
    beyond = "e => e.scrollWidth - e.clientWidth"
    assert table.evaluate(beyond) == 0
    opened.set_viewport_size({"width": 390, "height": 800})
    assert table.evaluate(beyond) > 0
    shown = table.evaluate("e => getComputedStyle(e).backgroundAttachment")
    assert shown == "local, local, scroll, scroll"


def test_paper_shows_what_is_folded_away(browser: Browser, page_file: Path) -> None:
    page = browser.new_page()
    page.goto(page_file.as_uri())
    folded = page.locator("details:not([open]) table").first
    assert not folded.is_visible()
    page.emulate_media(media="print")
    assert folded.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.close()
