"""The codebook behind the button "Instructions" of a real labelling page."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from page_driver import LabelingPage
from places import EXAMPLES
from playwright.sync_api import Page, expect

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.accounts import User
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.tasks import to_task
from signalbook.schema.codebook import instructions
from signalbook.schema.documents.example import read_example
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import at_stage

pytestmark = [pytest.mark.server, pytest.mark.browser]


def test_the_instructions_open_at_the_entry_of_a_field_and_leave_the_article_open(
    scheme: Scheme,
    studio: Studio,
    client: LabelStudioClient,
    annotators: tuple[User, User],
    page_login: Callable[[Studio, User], Page],
) -> None:
    given = instructions(scheme)
    assert "<h1" not in given  # its second line would stand upon the first
    project = client.create_project("book", labeling_config(scheme), instructions=given)["id"]
    assert client.get_project(project)["expert_instruction"] == given
    document = read_example(scheme)
    assert document is not None
    [task] = client.import_tasks(project, [to_task(document.article, scheme)])
    page = page_login(studio, annotators[0])
    opened = LabelingPage(page, project, task)
    address = page.url
    page.get_by_role("button", name="Instructions").click()
    page.locator("summary", has_text="Fields and their values").click()
    field = next(field for _, field in scheme.fields() if field.values)
    title = page.locator("summary", has_text=re.compile(f"^{field.title}$"))
    values = page.locator("details", has=title).last.get_by_role("table").last
    expect(values).to_be_hidden()
    title.click()
    expect(values).to_be_visible()
    page.keyboard.press("Escape")
    assert page.url == address
    assert page.locator(".lsf-richtext__line").count() > 0
    assert opened.errors == []
    client.delete_project(project)


def test_the_instructions_of_a_stage_say_what_its_page_asks(diplomatic: Scheme) -> None:
    def steps(scheme: Scheme) -> list[str]:
        """The bold beginnings of what stands before the codebook."""
        card, *_ = instructions(scheme).partition("<details>")
        return re.findall(r"<p[^>]*><strong>(.*?)</strong>", card)

    opening, marking, chosen, keys, connecting, of_article, guide = steps(diplomatic)
    assert of_article == "Last, answer for the whole article."
    parties = opening, marking, chosen, "Last, press Submit.", guide
    assert steps(at_stage(diplomatic, "parties")) == [*parties]
    signals = opening, marking, chosen, keys, connecting, of_article, guide
    assert steps(at_stage(diplomatic, "signals")) == [*signals]
    dyads = opening, "Judge one pair after the other.", guide
    assert steps(at_stage(diplomatic, "dyads")) == [*dyads]


_PROSE = """# Codebook: questions

## Order of work

3. Read the *text*.
4. Mark the questions.

| left | right |
|:-----|------:|
| a    | 1     |
"""


def test_label_studio_keeps_whatever_the_chapters_of_an_author_hold(
    studio: Studio,
    client: LabelStudioClient,
    annotators: tuple[User, User],
    page_login: Callable[[Studio, User], Page],
    tmp_path: Path,
) -> None:
    shutil.copytree(EXAMPLES / "questions" / "1.0", tmp_path, dirs_exist_ok=True)
    (tmp_path / "codebook_prose.md").write_text(_PROSE, encoding="utf-8")
    scheme = load_scheme(tmp_path)
    given = instructions(scheme)
    project = client.create_project("prose", labeling_config(scheme), instructions=given)["id"]
    assert client.get_project(project)["expert_instruction"] == given
    document = read_example(scheme)
    assert document is not None
    [task] = client.import_tasks(project, [to_task(document.article, scheme)])
    page = page_login(studio, annotators[0])
    LabelingPage(page, project, task)
    page.get_by_role("button", name="Instructions").click()
    page.locator("summary", has_text="Order of work").click()
    item = page.locator("details li").first
    expect(item).to_have_text("3. Read the text.")
    assert item.evaluate("e => getComputedStyle(e).listStyleType") == "none"
    number = page.get_by_role("cell", name="1", exact=True)
    assert number.evaluate("e => getComputedStyle(e).textAlign").endswith("right")
    client.delete_project(project)
