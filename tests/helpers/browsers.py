"""Opens a Chromium without a window, and logs people in with it."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from signalbook.annotate.studio.accounts import User

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """Where the browser is, if it is installed."""
    return os.environ.get("SIGNALBOOK_CHROMIUM") or shutil.which("chromium")


@contextmanager
def open_chromium(path: str) -> Generator[Browser]:
    """The browser of this path."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, headless=True, args=_ARGUMENTS)
        yield opened
        opened.close()


def log_in(page: Page, user: User) -> None:
    """Log in as a person does."""
    page.goto("/user/login/")
    page.fill("input[name=email]", user.email)
    page.fill("input[name=password]", user.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/user/login" not in url)
