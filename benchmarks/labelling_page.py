"""The labelling page of a scheme beside a plain page with one label: same text, server and browser.

    PYTHONPATH=tests/helpers python benchmarks/labelling_page.py [SCHEME] [--rounds 5]

A text with 30 marked spans, which name 24 parties where the scheme has any, is opened in Chromium,
page after page and round after round, so that whatever else the machine does meets all pages alike.
`opening` is from the address to the text drawn with its spans; `press` from pressing on the last
span to its questions drawn. Both are medians, the first opening of each page not counted; the
ratios beside them are to the plain page of the same round.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browsers import find_chromium, log_in, open_chromium
from places import STUDIO_TEMPLATE
from playwright.sync_api import Page

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import TaskInput
from signalbook.annotate.studio.accounts import create_user
from signalbook.annotate.studio.start_stop import migrated_template, start
from signalbook.annotate.sync.tasks import to_task
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.page.config import labeling_config
from signalbook.schema.page.control_names import labels, mention_types
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import at_stage, on_page

N_SPANS = 30
PLAIN = """<View>
  <Labels name="label" toName="text"><Label value="signal"/></Labels>
  <Text name="text" value="$text" granularity="symbol"/>
</View>"""
DRAWN = """n => {
  const annotation = window.Htx?.annotationStore?.selected;
  return annotation && annotation.objects.every(
      o => o.isReady && o._loadedForAnnotation === annotation.id)
    && document.querySelectorAll('.htx-highlight').length >= n;
}"""
PRESS = """() => new Promise(done => {
  const spans = document.querySelectorAll('.htx-highlight');
  const begun = performance.now(), ended = () => requestAnimationFrame(
    () => requestAnimationFrame(() => done(performance.now() - begun)));
  const poll = () => Htx.annotationStore.selected.highlightedNode ? ended() : setTimeout(poll, 2);
  spans[spans.length - 1].click(); poll();
})"""


@dataclass
class Opened:
    """A page, and what was measured each time that it was opened."""

    name: str
    config: str
    stored_labels: Sequence[str]
    task: TaskInput
    address: str = ""
    nodes: int = 0
    openings: list[float] = field(default_factory=list[float])
    presses: list[float] = field(default_factory=list[float])

    def results(self) -> list[Any]:
        """Spans of all its labels in turn, all over the text."""
        text = str(self.task["data"]["text"])
        step = len(text) // N_SPANS
        return [
            {
                "id": f"r{number}",
                "from_name": "label",
                "to_name": "text",
                "type": "labels",
                "value": {"start": start, "end": start + 9, "text": text[start : start + 9]}
                | {"labels": [self.stored_labels[number % len(self.stored_labels)]]},
            }
            for number, start in enumerate(range(0, step * N_SPANS, step))
            if self.stored_labels
        ]

    def open(self, page: Page, *, counts: bool) -> None:
        """Open the page once."""
        begun = time.perf_counter()
        page.goto(self.address)
        n_spans = N_SPANS if self.stored_labels else 0
        page.wait_for_function(DRAWN, arg=n_spans, timeout=120_000, polling=20)
        if counts:
            self.openings.append(time.perf_counter() - begun)
        page.wait_for_load_state("networkidle")
        self.nodes = page.evaluate("document.querySelectorAll('*').length")
        if self.stored_labels and counts:
            self.presses.append(page.evaluate(PRESS))


def pages(scheme: Scheme) -> list[Opened]:
    """The plain page, that of the scheme, and that of each of its stages."""
    example = AnnotationDocument.model_validate_json(
        (scheme.folder / "example.annotation.json").read_text(encoding="utf-8")
    )
    text = (example.article.text or "") + "\n"
    article = example.article.model_copy(update={"text": text * (1 + 2400 // len(text))})
    whole = [scheme, *(at_stage(scheme, stage.name) for stage in scheme.stages)]
    made = [Opened("plain", PLAIN, ["signal"], to_task(article, scheme))]
    for part in whole:
        offered = on_page(part)
        mentions = [name for kind in mention_types(offered) for name in labels(offered, kind)[:24]]
        others = [kind.name for kind in offered.span_types if kind not in mention_types(offered)]
        name = part.stage or "whole scheme"
        made.append(
            Opened(name, labeling_config(part), mentions + others * 6, to_task(article, part))
        )
    return made


def open_all(opened: Sequence[Opened], rounds: int) -> None:
    """Open every page, round after round, as one person in one browser."""
    chromium = find_chromium()
    if not chromium:
        raise SystemExit("error: no Chromium; install it or set SIGNALBOOK_CHROMIUM to its path")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        template = migrated_template(STUDIO_TEMPLATE)
        studio = stack.enter_context(
            start(folder / "data", bound_to_parent=True, template=template)
        )
        client = stack.enter_context(LabelStudioClient(studio.url, studio.token))
        user = create_user(studio, "ada@example.org")
        theirs = stack.enter_context(LabelStudioClient(studio.url, user.token))
        browser = stack.enter_context(open_chromium(chromium))
        page = browser.new_page(base_url=studio.url, viewport={"width": 1400, "height": 1000})
        log_in(page, user)
        for one in opened:
            project = client.create_project(one.name, one.config)["id"]
            [task] = client.import_tasks(project, [one.task])
            theirs.create_annotation(task, one.results())
            one.address = f"/projects/{project}/data?task={task}"
        for number in range(rounds + 1):
            for one in opened:
                one.open(page, counts=number > 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("scheme", nargs="?", default="diplomatic_signal")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    opened = pages(load_scheme(chosen.scheme))
    open_all(opened, chosen.rounds)
    plain = opened[0]
    print(f"{'page':16} {'kB':>6} {'nodes':>6} {'opening, s':>11} {'ratio':>6} {'press, ms':>10}")
    for one in opened:
        ratio = statistics.median(
            mine / other for mine, other in zip(one.openings, plain.openings, strict=True)
        )
        press = f"{statistics.median(one.presses):.0f}" if one.presses else ""
        print(
            f"{one.name:16} {len(one.config.encode()) / 1000:6.1f} {one.nodes:6} "
            f"{statistics.median(one.openings):11.2f} {ratio:6.2f} {press:>10}"
        )


if __name__ == "__main__":
    main()
