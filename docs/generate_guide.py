"""Draws the pictures of the guide for annotators: a first article, labelled in a real Label Studio.

`make guide` draws them anew. The test of the guide takes the same steps, so that what the guide says
is what the page does.
"""

import json
import sys
import tempfile
from contextlib import chdir
from io import BytesIO
from pathlib import Path

from browsers import find_chromium, log_in, open_chromium
from click.testing import CliRunner
from page_driver import LabelingPage
from PIL import Image
from PIL.Image import Dither
from places import STUDIO_TEMPLATE
from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize

from signalbook.annotate.cli.commands import cli
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.accounts import User, create_user
from signalbook.annotate.studio.start_stop import Studio, migrated_template, start
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.schema.documents.example import read_example
from signalbook.schema.scheme.loader import load_scheme

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures" / "guide"
_TITLE, _NAME, _ADDRESS = "Reports", "ada", "ada@example.org"
_CONFIG = f"""\
[project]
title = "{_TITLE}"
propose = true
[assignment]
mode = "blind"
overlap = 1
annotators = ["{_NAME}"]
[annotators]
"{_ADDRESS}" = "{_NAME}"
"""
#: Parties that a text names otherwise than by their names: label, words, country, role, name.
_PARTIES = (
    ("P7", "officials", "Arvenia", "Government", "Government of Arvenia"),
    ("P8", "the palace", "Arvenia", "Leader", "Palace of Arvenia"),
)
#: Hides what differs from one drawing to the next: the colour of the account.
_STEADY = "[class*='userpic'] {visibility: hidden !important}"
#: The page without the panels of Label Studio on its right; below, the tabs with names and times.
_WORK: FloatRect = {"x": 0, "y": 47, "width": 1082, "height": 845}
_BELOW_TABS: FloatRect = {"x": 0, "y": 92, "width": 1082, "height": 908}
_WINDOW: FloatRect = {"x": 0, "y": 0, "width": 1400, "height": 1000}
_COLOURS = 256
_NUMBERS = """boxes => boxes.forEach(([x, y], at) => {
  const mark = document.createElement('div');
  mark.className = 'guide-number';
  mark.textContent = at + 1;
  mark.style = `position: fixed; left: ${x}px; top: ${y}px; z-index: 99999; width: 26px; height: 26px;
    border-radius: 13px; background: #b00020; color: #fff; font: bold 15px/26px sans-serif;
    text-align: center; pointer-events: none`;
  document.body.append(mark);
})"""

_NO_NUMBERS = "() => document.querySelectorAll('.guide-number').forEach(e => e.remove())"


class Camera:
    """Takes the pictures, and notes the words that stood on the page."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.words: list[str] = []
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str, clip: FloatRect, *numbered: Locator) -> None:
        """Draw a part of the page, with a number at each of these places."""
        self.page.mouse.move(20, 995)
        self.note()
        boxes = [place.first.bounding_box() for place in numbered]
        corners = [[max(box["x"] - 18, 2), max(box["y"] - 14, 2)] for box in boxes if box]
        assert len(corners) == len(numbered)
        self.page.evaluate(_NUMBERS, corners)
        drawn = self.page.screenshot(clip=clip, style=_STEADY, animations="disabled")
        self.page.evaluate(_NO_NUMBERS)
        picture = Image.open(BytesIO(drawn)).convert("RGB").quantize(_COLOURS, dither=Dither.NONE)
        picture.save(self._folder / f"{name}.png", optimize=True)

    def note(self) -> None:
        """Note what can be read on the page."""
        self.words.append(self.page.inner_text("body"))


def walk(studio: Studio, browser: Browser, folder: Path) -> str:
    """Label an article as the guide says, in a workspace that is made in the current folder.

    Returns:
        The words that stood on the pages.
    """
    user = create_user(studio, _ADDRESS)
    _send_article(studio)
    with LabelStudioClient(studio.url, studio.token) as client:
        found = client.find_project(f"{_TITLE} · {_NAME}")
        assert found is not None
        project = found["id"]
        [task] = client.list_tasks(project)
    size: ViewportSize = {"width": 1400, "height": 1000}
    with browser.new_context(base_url=studio.url, viewport=size) as context:
        camera = Camera(context.new_page(), folder)
        _open_first_article(camera, user, project)
        opened = LabelingPage(camera.page)
        _look_around(camera)
        _say_who_is_who(camera, opened)
        _mark_signals(camera, opened)
        _mark_assessment(camera, opened)
        _draw_relations(camera, opened)
        _submit_too_early(camera)
        _answer_for_article(camera, opened)
        opened.submit()
        camera.page.get_by_text("No More Tasks").wait_for()
        camera.note()
        _run(studio, "pull")
        _run(studio, "validate", "--send-back")
        _correct(camera, LabelingPage(camera.page, project, task["id"]))
        _run(studio, "pull")
        _run(studio, "validate", expected=0)
    return "\n".join(camera.words)


def _send_article(studio: Studio) -> None:
    scheme = load_scheme("diplomatic_signal")
    example = read_example(scheme)
    assert example is not None
    row = {k: v for k, v in example.article.to_dict().items() if not k.startswith("text_")}
    workspace = init_workspace(Path.cwd())
    (workspace.articles / "articles.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (workspace.folder / "signalbook.toml").write_text(_CONFIG, encoding="utf-8")
    _run(studio, "project", "apply", expected=0)
    _run(studio, "push", expected=0)


def _run(studio: Studio, *arguments: str, expected: int | None = None) -> None:
    server = {"LABEL_STUDIO_URL": studio.url, "LABEL_STUDIO_API_KEY": studio.token}
    done = CliRunner(env=server).invoke(cli, arguments, catch_exceptions=False)
    assert expected in (None, done.exit_code), done.output


def _open_first_article(camera: Camera, user: User, project: int) -> None:
    page = camera.page
    page.goto("/user/login/")
    page.wait_for_load_state("networkidle")
    camera.take("log-in", {"x": 820, "y": 320, "width": 460, "height": 380})
    log_in(page, user)
    page.goto(f"/projects/{project}/data")
    button = page.get_by_role("button", name="Label All Tasks")
    button.wait_for()
    page.wait_for_load_state("networkidle")
    camera.take("project", {"x": 0, "y": 0, "width": 780, "height": 250}, button)
    button.click()


def _look_around(camera: Camera) -> None:
    page = camera.page
    places = [page.locator(place) for place in (".bar", ".lsf-htx-richtext", ".side .section")]
    buttons = [page.get_by_role("button", name=name) for name in ("Instructions", "Submit")]
    camera.take("page", _WINDOW, *places, *buttons, _tab(page, "Relations"))
    page.get_by_role("button", name="Instructions").click()
    card = page.get_by_text("Label All Tasks")
    card.wait_for()
    camera.note()
    page.keyboard.press("Escape")
    card.wait_for(state="detached")


def _tab(page: Page, name: str) -> Locator:
    return page.locator(".lsf-panel-tabs__tab:visible", has_text=name)


def _say_who_is_who(camera: Camera, opened: LabelingPage) -> None:
    opened.select("premier Olin")
    opened.choose("Country", "Arvenia")
    opened.choose("Role", "Leader")
    opened.key("Escape")
    for label, words, country, role, name in _PARTIES:
        opened.mark(label, words)
        opened.select(words)
        opened.choose("Country", country)
        opened.choose("Role", role)
        opened.write("Name", name)
        if (label, words) == _PARTIES[0][:2]:
            camera.take("party", _WORK)
        opened.key("Escape")


def _mark_signals(camera: Camera, opened: LabelingPage) -> None:
    opened.mark("Signal", "sent Belmora warm wishes")
    opened.select("sent Belmora")
    opened.key("2", "Shift+3", "s", "b")
    opened.choose("Voice", "Author")  # a mistake, which comes back
    opened.choose("Channel", "Statement")
    opened.choose("Issue", "Bilateral")
    opened.choose("Cost", "None")
    opened.pick("Source", "P8")
    opened.key("Escape")
    opened.mark("Signal", "froze the joint dam loan to Belmora")
    opened.select("froze the joint")
    opened.key("7", "Shift+3", "f", "x")
    opened.choose("Voice", "Author")
    opened.choose("Channel", "Conduct")
    opened.choose("Issue", "Energy")
    opened.choose("Cost", "Material")
    camera.take("signal", _WORK)
    opened.key("Escape")


def _mark_assessment(camera: Camera, opened: LabelingPage) -> None:
    opened.mark("Assessment", "hedging between Belmora and Castria")
    opened.select("hedging")
    opened.key("1", "Shift+3", "Shift+5")
    opened.choose("Claim", "Hedging")
    opened.choose("Voice", "Author")
    camera.take("assessment", _WORK)
    opened.key("Escape")


def _draw_relations(camera: Camera, opened: LabelingPage) -> None:
    """Choose what an arrow says where it begins, and draw it; of another, choose it in its own list."""
    page = camera.page
    opened.select("froze the joint")
    opened.choose("Arrow", "contradicts")
    page.keyboard.press("Alt+r")
    opened.select("sent Belmora")
    page.keyboard.press("Escape")
    opened.select("froze the joint")
    _tab(page, "Relations").click()
    page.locator(".side .row:visible", has_text="Arrow").scroll_into_view_if_needed()
    camera.take("relation", _WINDOW)
    page.keyboard.press("Escape")
    opened.select("hedging")
    page.keyboard.press("Alt+r")
    opened.select("froze the joint")
    _choose_in_list(camera, "based_on")
    page.keyboard.press("Escape")


def _choose_in_list(camera: Camera, kind: str) -> None:
    """Choose what the last arrow says in its own list, which stays open."""
    page = camera.page
    row = page.locator(".lsf-relations__item").last
    row.hover()
    row.get_by_role("button").first.click()
    camera.note()
    page.get_by_text("Select labels").click()
    page.get_by_role("option", name=kind).click()


def _submit_too_early(camera: Camera) -> None:
    page = camera.page
    page.get_by_test_id("bottombar-submit-button").click()
    ok = page.get_by_role("button", name="OK")
    ok.hover()  # waits until the message stands still
    opened = page.locator(".ant-modal-content").bounding_box()
    assert opened is not None
    camera.take("missing", {**opened})
    ok.click()
    ok.wait_for(state="detached")


def _answer_for_article(camera: Camera, opened: LabelingPage) -> None:
    opened.choose("Relevance", "Signals")
    dyad = ".dyads .repeated"
    opened.pick("Sender", "Arvenia", unit=dyad)
    opened.pick("Receiver", "Belmora", unit=dyad)
    opened.choose("Posture", "0", unit=dyad)
    opened.choose("Pattern", "mixed", unit=dyad)
    camera.take("article", _WORK)
    unmentioned = camera.page.get_by_text("Party that no words name")
    unmentioned.click()
    camera.page.get_by_text("Which").first.wait_for()
    camera.note()
    unmentioned.click()


def _correct(camera: Camera, opened: LabelingPage) -> None:
    camera.take("sent-back", _BELOW_TABS)
    opened.select("sent Belmora")
    opened.choose("Voice", "Paraphrase")
    opened.submit()


def main() -> int:
    """Draw every picture of the guide."""
    chromium = find_chromium()
    if chromium is None:
        print("no Chromium: install it, or set SIGNALBOOK_CHROMIUM to its path", file=sys.stderr)
        return 1
    template = migrated_template(STUDIO_TEMPLATE)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        work.mkdir()
        with (
            start(Path(folder) / "studio", bound_to_parent=True, template=template) as studio,
            open_chromium(chromium) as browser,
            chdir(work),
        ):
            walk(studio, browser, PICTURES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
