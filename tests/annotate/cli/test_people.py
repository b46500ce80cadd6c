"""Accounts for annotators, the link to make one, and who has one without being named."""

import os
import re
import subprocess
import sys
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner
from rounds import run

from signalbook.annotate.cli.studio import add_command
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.accounts import users
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.workspace.workspace import Workspace

pytestmark = pytest.mark.server


@pytest.fixture
def embedded(server_workspace: Workspace, studio: Studio) -> Workspace:
    """The workspace, with the running server for its own."""
    server_workspace.studio.parent.mkdir(exist_ok=True)
    server_workspace.studio.symlink_to(studio.folder)
    return server_workspace


def sign_up(link: str, email: str) -> int:
    """Make an account as a person does who opens the link; the status of the answer."""
    parts = urlsplit(link)
    with httpx.Client(base_url=f"{parts.scheme}://{parts.netloc}") as session:
        session.get(link)
        form = {
            "email": email,
            "password": "a-password-of-mine",
            "allow_newsletters": "false",
            "csrfmiddlewaretoken": session.cookies["csrftoken"],
        }
        return session.post(link, data=form, headers={"Referer": link}).status_code


def test_several_accounts_are_made_at_once_and_no_password_goes_into_a_log(
    embedded: Workspace, studio: Studio
) -> None:
    typed = [" Mia@Example.org", "nils@example.org", "mia@example.org"]
    made = run("studio", "user", "add", *typed)
    addresses = ["mia@example.org", "nils@example.org"]
    assert (made["data"]["users"], made["data"]["new"]) == (addresses, addresses)
    assert run("studio", "user", "add", *addresses)["counts"] == {"users": 2, "new": 0}
    for email in addresses:
        account = users(studio.folder)[email]
        with LabelStudioClient(studio.url, account.token) as theirs:
            assert theirs.whoami()["email"] == email
        log = (studio.folder / "studio.log").read_text(encoding="utf-8")
        printed = CliRunner().invoke(add_command, [email])
        assert account.password not in log + printed.output
        shown = CliRunner().invoke(add_command, [email, "--show-password"])
        assert shown.stdout == f"{email}  {account.password}\n"


def test_a_terminal_shows_the_password_of_a_new_account_once(
    embedded: Workspace, studio: Studio
) -> None:
    first, second = on_terminal("olga@example.org"), on_terminal("olga@example.org")
    password = users(studio.folder)["olga@example.org"].password
    assert f"olga@example.org  {password}" in first
    assert password not in second


def on_terminal(email: str) -> str:
    """What a terminal shows of the command."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "signalbook.annotate.cli.main", "studio", "user", "add", email]
    with os.fdopen(theirs, "w") as terminal:
        subprocess.run(command, stdout=terminal, check=True, timeout=120)
    with os.fdopen(ours, "rb") as screen:
        return screen.read1().decode("utf-8")


def test_people_make_their_accounts_with_the_link_until_it_is_closed(
    server_workspace: Workspace, studio: Studio
) -> None:
    config = server_workspace.folder / "signalbook.toml"
    named = '"pia@example.org" = "pia"\n"pia@elsewhere.example" = "pia"\n'
    config.write_text(config.read_text(encoding="utf-8") + named, encoding="utf-8")
    before = run("project", "invite")
    link = before["data"]["link"]
    assert re.fullmatch(rf"{re.escape(studio.url)}/user/signup/\?token=\w+", link)
    [absent] = before["warnings"]
    assert absent.startswith(f"pia@elsewhere.example has no account on {studio.url}; correct ")

    assert sign_up(link, "pia@example.org") == 302  # one of the addresses of a person will do
    assert sign_up(link, "quirin@example.org") == 302
    after = run("project", "invite", "--close")
    accounts = after["data"]["accounts"]
    assert (after["data"]["link"], accounts["missing"]) == (None, [])
    assert "quirin@example.org" in accounts["unnamed"]
    assert not {"pia@example.org", studio.email} & {*accounts["unnamed"]}
    assert sign_up(link, "eve@example.org") == 403
    assert run("project", "invite")["data"]["link"] != link
