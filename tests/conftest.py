"""What several tests stand on: a real Label Studio, a client of it, a real browser."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsers import find_chromium, log_in, open_chromium
from places import CACHE, EXAMPLES, STUDIO_TEMPLATE
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.accounts import User, create_user
from signalbook.annotate.studio.start_stop import Studio, migrated_template, start
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.filesystem import lock
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme


@pytest.fixture(scope="session")
def studio_template() -> Path:
    """An empty, migrated database, made once per checkout and version of Label Studio."""
    with lock(CACHE / "studio-template.lock", lambda: None):
        return migrated_template(STUDIO_TEMPLATE)


@pytest.fixture(scope="session")
def studio(studio_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A running Label Studio of this test process."""
    folder = tmp_path_factory.mktemp("studio")
    with start(folder, bound_to_parent=True, template=studio_template) as running:
        yield running


@pytest.fixture(scope="session")
def client(studio: Studio) -> Iterator[LabelStudioClient]:
    """The maintainer's client of the running server."""
    with LabelStudioClient(studio.url, studio.token) as opened:
        yield opened


@pytest.fixture(scope="session")
def annotators(studio: Studio) -> tuple[User, User]:
    """Two people who label on the running server."""
    return create_user(studio, "ada@example.org"), create_user(studio, "ben@example.org")


@pytest.fixture
def server_workspace(
    tmp_path: Path,
    studio: Studio,
    client: LabelStudioClient,
    second_scheme: Scheme,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Workspace]:
    """A workspace whose commands go to the running server; the projects that they make go after."""
    before = client.project_ids()
    workspace = init_workspace(tmp_path / "reports 1", str(second_scheme.folder))
    monkeypatch.chdir(workspace.folder)
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", studio.token)
    yield workspace
    for project in client.project_ids() - before:
        client.delete_project(project)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    chromium = find_chromium()
    if not chromium:
        absent = "no Chromium: install it or set SIGNALBOOK_CHROMIUM to its path"
        if os.environ.get("CI"):
            pytest.fail(absent)
        pytest.skip(absent)
    with open_chromium(chromium) as opened:
        yield opened


@pytest.fixture(scope="session")
def cookies() -> dict[tuple[str, str], StorageState]:
    """Server and user -> what a browser keeps of the login, which is asked for once."""
    return {}


@pytest.fixture
def page_login(
    browser: Browser, cookies: dict[tuple[str, str], StorageState]
) -> Iterator[Callable[[Studio, User], Page]]:
    """Opens a page in which the given user is logged in, in a browser that knows nothing else."""
    contexts: list[BrowserContext] = []

    def open_page(studio: Studio, user: User) -> Page:
        context = browser.new_context(
            base_url=studio.url,
            viewport={"width": 1400, "height": 1000},
            storage_state=cookies.get((studio.url, user.email)),
        )
        contexts.append(context)
        page = context.new_page()
        if (studio.url, user.email) not in cookies:
            log_in(page, user)
            cookies[studio.url, user.email] = context.storage_state()
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session", params=["diplomatic_signal", "adverse_events"])
def scheme(request: pytest.FixtureRequest) -> Scheme:
    """Each of two quite different schemes: whatever takes one, takes any."""
    built_in = request.param == "diplomatic_signal"
    return load_scheme(request.param if built_in else EXAMPLES / request.param / "1.0")


@pytest.fixture(scope="session")
def second_scheme() -> Scheme:
    """A scheme of another field: no parties, no dyads, a set-valued and an ordinal attribute."""
    return load_scheme(EXAMPLES / "adverse_events" / "1.0")


@pytest.fixture(scope="session")
def diplomatic() -> Scheme:
    """The scheme that comes with Signalbook."""
    return load_scheme("diplomatic_signal")
