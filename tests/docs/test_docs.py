"""The documentation keeps what it promises: it is generated, whole, and needs no other host."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from places import ROOT
from playwright.sync_api import Browser, Request

pytestmark = pytest.mark.xdist_group("docs")  # one worker builds the site for all of these tests

#: Elements whose address is loaded with the page, and where the address stands.
LOADED = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("poster", "src"),
}
#: Links that name another page and load nothing.
NAMED = {"alternate", "author", "canonical", "license", "next", "prev", "search"}
PAGES = ("index.html", "reference/command-line.html", "reference/scheme-rules.html")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; the build fails on every warning."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = run("-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The site, served on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Addresses(HTMLParser):
    """Collects what a page loads by itself, in elements and in styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_style = tag == "style"
        self.found += styled(given.get("style", ""))
        if tag == "link" and set(given.get("rel", "").split()) <= NAMED:
            return
        for name in LOADED.get(tag, ()):
            addresses = (
                given.get(name, "").split(",") if name == "srcset" else [given.get(name, "")]
            )
            self.found += [address.split()[0] for address in addresses if address.strip()]

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.found += styled(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False


def styled(css: str) -> list[str]:
    """What a style sheet loads."""
    urls = re.findall(r"""url\(\s*["']?([^"')]+)""", css)
    return urls + re.findall(r"""@import\s+["']([^"']+)""", css)


def foreign(addresses: list[str]) -> list[str]:
    """Addresses that name a host; what stands in the page itself (data:) names none."""
    return [address for address in addresses if urlsplit(address).netloc]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_generated_parts_are_up_to_date() -> None:
    done = run("docs/generate.py", "--check")
    assert done.returncode == 0, f"say `make docs`, and commit\n{done.stdout}{done.stderr}"


def test_every_keyword_says_what_it_means() -> None:
    path = ROOT / "schema" / "scheme" / "vocabulary" / "scheme.meta.json"
    keywords = json.loads(path.read_text(encoding="utf-8"))["properties"]
    assert [name for name, form in keywords.items() if not form.get("$comment")] == []


def test_the_site_has_every_page(site: Path) -> None:
    pages = sorted(p.relative_to(site).with_suffix("").as_posix() for p in site.rglob("*.html"))
    sources = sorted(p.relative_to(ROOT / "docs") for p in (ROOT / "docs").rglob("*.md"))
    assert pages == sorted(["404", *(p.with_suffix("").as_posix() for p in sources)])


def test_the_site_holds_nothing_but_pages_and_what_they_show(site: Path) -> None:
    assert [p for p in site.rglob("*.py*")] == []


@pytest.mark.parametrize(
    "page",
    [
        "<img srcset='https://a.example/b.png 2x'>",
        "<style>@import 'https://a.example/b.css'</style>",
    ],
)
def test_what_another_host_would_serve_is_noticed(page: str) -> None:
    assert len(foreign(Addresses(page).found)) == 1


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    loaded = {
        str(page.relative_to(site)): foreign(Addresses(page.read_text(encoding="utf-8")).found)
        for page in site.rglob("*.html")
    }
    assert {page: found for page, found in loaded.items() if found} == {}


def test_no_style_sheet_loads_anything_from_another_host(site: Path) -> None:
    sheets = {sheet: styled(sheet.read_text(encoding="utf-8")) for sheet in site.rglob("*.css")}
    assert {sheet.name: foreign(found) for sheet, found in sheets.items() if foreign(found)} == {}


@pytest.mark.browser
@pytest.mark.parametrize("page", PAGES)
def test_a_browser_asks_no_other_host(page: str, address: str, browser: Browser) -> None:
    requests: list[str] = []
    errors: list[str] = []

    def asked(request: Request) -> None:
        requests.append(request.url)

    context = browser.new_context(color_scheme="dark")
    opened = context.new_page()
    opened.on("request", asked)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(f"{address}/{page}")
    opened.wait_for_load_state("networkidle")  # the scripts listen from here on
    opened.locator("input.md-search__input").press_sequentially("scheme")
    opened.wait_for_selector(".md-search-result__item")
    opened.wait_for_load_state("networkidle")
    context.close()
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []
    assert f"{address}/search/search_index.json" in requests
    assert errors == []
