"""Drives the labelling page as an annotator does, and counts clicks, drags, keys and scrolls."""

import json
from typing import cast

from playwright.sync_api import Locator, Page, Response

from signalbook.annotate.label_studio.payloads import Result

#: Where these words stand on the screen: first and last character, without the labels' marks.
_WORDS = """([words, occurrence]) => {
  const walker = document.createTreeWalker(
    document.querySelector('.lsf-htx-richtext'), NodeFilter.SHOW_TEXT);
  const parts = []; let text = '';
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest('sup')) continue;
    parts.push([text.length, node]); text += node.data;
  }
  let at = -1;
  for (let i = 0; i <= occurrence; i++) at = text.indexOf(words, at + 1);
  const place = offset => {
    const [start, node] = parts.findLast(([start]) => start <= offset);
    return [node, offset - start];
  };
  const range = document.createRange();
  range.setStart(...place(at));
  const [last, offset] = place(at + words.length - 1);
  range.setEnd(last, offset + 1);
  const boxes = [...range.getClientRects()], first = boxes[0], end = boxes.at(-1);
  return [first.left + 1, first.top + first.height / 2, end.right - 1, end.top + end.height / 2];
}"""
#: The middle of a chip or text box of a row in view, scrolled to if need be.
_IN_ROW = """([unit, row, chip]) => {
  const shown = e => e.offsetParent !== null;
  const rows = [...document.querySelectorAll(`${unit} .row`)].filter(
    e => shown(e) && e.firstElementChild.textContent === row);
  const found = [...rows[0].querySelectorAll(chip === null ? 'input[type=text]' : 'label')].find(
    e => shown(e) && (chip === null || e.querySelector('input').name === chip));
  const middle = () => {
    const box = found.getBoundingClientRect();
    return [box.left + Math.min(10, box.width / 2), box.top + box.height / 2];
  };
  const top = document.elementFromPoint(...middle());
  const covered = !rows[0].contains(top);
  if (covered) found.scrollIntoView({block: 'center'});
  return [...middle(), covered ? 1 : 0];
}"""
#: Words in a part of the window that stand out too little from what is behind them.
_FAINT = """async ([within, least]) => {
  await Promise.all(document.getAnimations().map(animation => animation.finished));
  const parts = colour => { const [r, g, b, a] = colour.match(/[\\d.]+/g).map(Number); return [r, g, b, a ?? 1]; };
  const over = (front, back, a) => back.map((part, i) => front[i] * a + part * (1 - a));
  const light = rgb => rgb.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const contrast = element => {
    let behind = [255, 255, 255], shown = 1;
    const around = [];
    for (let e = element; e; e = e.parentElement) around.unshift(getComputedStyle(e));
    for (const style of around) {
      const colour = parts(style.backgroundColor);
      behind = over(colour, behind, colour[3]);
      shown *= style.opacity;
    }
    const words = parts(around.at(-1).color);
    const [dark, bright] = [over(words, behind, words[3] * shown), behind].map(light).sort((a, b) => a - b);
    return (bright + .05) / (dark + .05);
  };
  return [...document.querySelectorAll(`${within} *`)].filter(e => {
    const box = e.getBoundingClientRect();
    return [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.offsetParent
      && e.tagName !== 'STYLE' && box.bottom > 0 && box.top < innerHeight && contrast(e) < least;
  }).map(e => e.textContent);
}"""
#: What would be stored now, and what is selected.
_STATE = """() => {
  const annotation = Htx.annotationStore.selected;
  return JSON.stringify([
    annotation.serializeAnnotation() ?? [],
    annotation.highlightedNode?.id ?? null,
    document.querySelector('.lsf-label_selected')?.textContent ?? null,
  ]);
}"""

#: The text is drawn for the annotation at hand, with its last font.
_READY = """() => {
  const annotation = window.Htx?.annotationStore?.selected;
  return annotation && document.fonts.status === 'loaded' && annotation.objects.every(
    o => o.isReady && o._loadedForAnnotation === annotation.id);
}"""


class LabelingPage:
    """One task, open in the browser."""

    def __init__(self, page: Page, project: int | None = None, task: int | None = None) -> None:
        """Open a task; without one, take what the page is about to show."""
        self.page = page
        self.actions = 0
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        if task is not None:
            page.goto(f"/projects/{project}/data?task={task}")
        page.wait_for_selector(".lsf-richtext__line", timeout=120_000)
        page.wait_for_function(_READY, timeout=120_000)
        page.wait_for_load_state("networkidle")
        self.settle()

    def settle(self) -> None:
        """Wait until what was done is drawn."""
        self.page.evaluate("() => new Promise(r => requestIdleCallback(r, {timeout: 2000}))")

    def key(self, *keys: str) -> None:
        """Press keys, each of which changes something."""
        for key in keys:
            self.actions += 1
            before = self._state()
            self.page.keyboard.press(key)
            self._wait_for_change(before)

    def mark(self, label: str, words: str, occurrence: int = 0) -> None:
        """Click a label and drag over words."""
        chosen = self.page.locator(".bar .lsf-label:visible").filter(
            has=self.page.get_by_text(label, exact=True)
        )
        box = chosen.bounding_box()
        assert box is not None
        self._click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.wait_for_selector(".bar .lsf-label_selected")
        x1, y1, x2, y2 = self._words(words, occurrence)
        self.actions += 1
        before = self._state()
        mouse = self.page.mouse
        mouse.move(x1, y1)
        mouse.down()
        mouse.move((x1 + x2) / 2, (y1 + y2) / 2)
        mouse.move(x2, y2)
        mouse.up()
        self._wait_for_change(before)

    def select(self, words: str, occurrence: int = 0) -> None:
        """Click on a marked span."""
        x, y, _, _ = self._words(words, occurrence)
        self._click(x + 4, y)

    def scroll_to(self, words: str, occurrence: int = 0) -> None:
        """Turn the wheel until words stand in the middle of the window."""
        size = self.page.viewport_size
        column = self.page.locator(".text-column").bounding_box()
        assert size is not None
        assert column is not None
        self.actions += 1
        self.page.mouse.move(column["x"] + 20, size["height"] / 2)
        self.page.mouse.wheel(0, self._words(words, occurrence)[1] - size["height"] / 2)
        self.settle()

    def choose(self, row: str, *chips: str, unit: str = ".side") -> None:
        """Click chips of a row."""
        for chip in chips:
            self._click(*self._in_row(unit, row, chip))

    def pick(self, row: str, value: str, unit: str = ".side") -> None:
        """Open the box of a row and choose a value in it."""
        named = self.page.locator(f"{unit} .row:visible").filter(
            has=self.page.get_by_role("heading", name=row, exact=True)
        )
        box = named.locator("[data-testid^='select-trigger']").first
        self.actions += 1
        box.click()
        options = self.page.locator("[data-slot='command-item']")
        option = options.filter(has=self.page.get_by_text(value, exact=True))
        self.actions += 1
        before = self._state()
        option.click()
        self._wait_for_change(before)
        if box.get_attribute("aria-expanded") == "true":  # that of several values stays open
            self.actions += 1
            box.click()
        options.first.wait_for(state="detached")

    def search(self, row: str, words: str, unit: str = ".side") -> Locator:
        """Open the list of a row and type words into it: the values that they leave."""
        named = self.page.locator(f"{unit} .row:visible").filter(
            has=self.page.get_by_role("heading", name=row, exact=True)
        )
        self.actions += 1
        opened = self.page.locator(".ant-select-dropdown:visible")
        if opened.count() == 0:
            named.locator(".htx-taxonomy .ant-select-selector").first.click()
        opened.locator("input").first.fill(words)
        return opened.locator(".ant-select-tree-title")

    def take(self, value: Locator) -> None:
        """Choose a value of an open list, and leave the list."""
        self.actions += 2
        before = self._state()
        value.click()
        self._wait_for_change(before)
        self.page.locator(".about").click()
        self.page.locator(".ant-select-dropdown:visible").wait_for(state="hidden")

    def write(self, row: str, text: str, unit: str = ".side") -> None:
        """Type into the text box of a row; typing counts nothing, as in the measured prototype."""
        x, y = self._in_row(unit, row, None)
        self.actions += 1
        self.page.mouse.click(x, y)
        self.page.keyboard.type(text)
        self.key("Enter")

    def results(self) -> list[Result]:
        """What would be stored now."""
        script = "() => Htx.annotationStore.selected.serializeAnnotation() ?? []"
        return cast("list[Result]", self.page.evaluate(script))

    def hover(self, row: str, chip: str) -> str:
        """Rest on a chip of a row and read what it says."""
        x, y = self._in_row(".side", row, chip)
        self.page.mouse.move(x, y)
        return self.page.locator("[class*='tooltip--'][class*='visible--']").inner_text()

    def submit(self) -> list[Result]:
        """Submit, and read what the browser sent to be stored."""

        def stored(response: Response) -> bool:
            return response.request.method in ("POST", "PATCH") and "/annotations" in response.url

        self.actions += 1
        with self.page.expect_response(stored, timeout=60_000) as answer:
            self.page.keyboard.press("Control+Enter")
        body = cast("dict[str, list[Result]]", answer.value.json())
        return body["result"]

    def visible(self, selector: str) -> list[str]:
        """Texts of the elements that can be seen."""
        script = """selector => [...document.querySelectorAll(selector)].filter(
            e => e.offsetParent !== null).map(e => e.textContent)"""
        return cast("list[str]", self.page.evaluate(script, selector))

    def clipped(self, selector: str, within: str) -> list[str]:
        """Elements in use that reach out of a column or the window, or cut their own text."""
        script = """([selector, within]) => {
          const frame = document.querySelector(within).getBoundingClientRect();
          const bottom = Math.min(frame.bottom, innerHeight), right = Math.min(frame.right, innerWidth);
          return [...document.querySelectorAll(selector)].filter(e => {
            if (e.offsetParent === null) return false;
            const box = e.getBoundingClientRect();
            return box.top < frame.top - 1 || box.bottom > bottom + 1 || box.left < frame.left - 1
              || box.right > right + 1 || e.scrollWidth > e.clientWidth + 1;
          }).map(e => e.textContent);
        }"""
        return cast("list[str]", self.page.evaluate(script, [selector, within]))

    def faint(self, within: str, least: float) -> list[str]:
        """Words in view whose contrast is less than this, as the WCAG reckon it."""
        return cast("list[str]", self.page.evaluate(_FAINT, [within, least]))

    def _in_row(self, unit: str, row: str, chip: str | None) -> tuple[float, float]:
        found = cast("list[float]", self.page.evaluate(_IN_ROW, [unit, row, chip]))
        self.actions += int(found[2])
        return found[0], found[1]

    def _words(self, words: str, occurrence: int) -> list[float]:
        return cast("list[float]", self.page.evaluate(_WORDS, [words, occurrence]))

    def _click(self, x: float, y: float) -> None:
        self.actions += 1
        before = self._state()
        self.page.mouse.click(x, y)
        self._wait_for_change(before)

    def _state(self) -> str:
        return cast("str", self.page.evaluate(_STATE))

    def _wait_for_change(self, before: str) -> None:
        script = f"before => ({_STATE})() !== before"
        self.page.wait_for_function(script, arg=before, timeout=20_000)
        self.settle()


def values(results: list[Result]) -> list[str]:
    """What was chosen, one line per result, without ids and offsets."""
    lines: list[str] = []
    for result in results:
        value = cast("dict[str, list[str]]", result.get("value", {}))
        said = (
            value.get("labels")
            or value.get("choices")
            or value.get("taxonomy")
            or value.get("text")
        )
        lines.append(f"{result.get('from_name')}={json.dumps(said, ensure_ascii=False)}")
    return sorted(lines)
