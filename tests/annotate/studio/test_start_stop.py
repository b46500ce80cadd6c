import os
import select
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio import start_stop
from signalbook.annotate.studio.accounts import User, create_user, users
from signalbook.annotate.studio.process import serving
from signalbook.annotate.studio.start_stop import Studio, running, start, stop
from signalbook.schema.errors import ConflictError, ServerError, UsageError

pytestmark = pytest.mark.server
PARENT = """
import sys
from pathlib import Path
from signalbook.annotate.studio.start_stop import start
studio = start(Path(sys.argv[1]), bound_to_parent=True, template=Path(sys.argv[2]))
print(studio.pid, flush=True)
sys.stdin.read()
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def wait_for_end(pid: int) -> None:
    """Returns when the kernel says that the process, a child of nobody here, has ended."""
    handle = os.pidfd_open(pid)
    try:
        assert select.select([handle], [], [], 30)[0], f"process {pid} still runs"
    finally:
        os.close(handle)


def test_it_is_reached_from_this_machine_alone(studio: Studio) -> None:
    port = int(studio.url.rpartition(":")[2])
    listening = Path(f"/proc/{studio.pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    addresses = [line.split()[1] for line in listening if line.split()[3] == "0A"]
    assert [a for a in addresses if a.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_secrets_stand_in_private_files_only(
    studio: Studio, annotators: tuple[User, User], client: LabelStudioClient
) -> None:
    client.whoami()
    for name in ("studio.json", "users.json", "studio.log", "label_studio.sqlite3"):
        assert (name, mode(studio.folder / name)) == (name, 0o600)
    assert mode(studio.folder) == 0o700
    arguments = Path(f"/proc/{studio.pid}/cmdline").read_text(encoding="utf-8")
    log = (studio.folder / "studio.log").read_text(encoding="utf-8")
    for user in (studio, *annotators):
        for secret in (user.token, user.password):
            assert secret not in arguments
            assert secret not in log
            assert secret not in repr(user)


def test_nobody_signs_up_without_an_invitation_that_still_holds(
    studio: Studio, annotators: tuple[User, User]
) -> None:
    log = (studio.folder / "studio.log").read_text(encoding="utf-8")
    used = log.partition("/user/signup/?token=")[2].split()[0]
    assert used
    for address in ("/user/signup/", f"/user/signup/?token={used}"):
        with httpx.Client(base_url=studio.url, headers={"Referer": studio.url}) as session:
            session.get(address)
            form = {
                "email": "eve@example.org",
                "password": "eve-comes-in",
                "allow_newsletters": "false",
                "csrfmiddlewaretoken": session.cookies["csrftoken"],
            }
            assert session.post(address, data=form).status_code == 403
            assert session.get("/api/current-user/whoami").status_code == 401


def test_a_user_is_made_once_and_is_no_administrator(
    studio: Studio, annotators: tuple[User, User]
) -> None:
    ada, ben = annotators
    assert create_user(studio, ada.email) == ada
    # Other tests make users of this server too.
    assert [email for email in users(studio.folder) if email in (ada.email, ben.email)] == [
        ada.email,
        ben.email,
    ]
    with LabelStudioClient(studio.url, ada.token) as theirs:
        assert theirs.whoami()["email"] == ada.email


def test_a_user_the_server_refuses_is_named(studio: Studio) -> None:
    with pytest.raises(ConflictError, match=r"admin@signalbook\.invalid: the server refuses"):
        create_user(studio, studio.email)
    with pytest.raises(UsageError, match="shorter than 8 characters"):
        create_user(studio, "eve@example.org", "short")
    assert "eve@example.org" not in users(studio.folder)


@pytest.mark.browser
def test_an_annotator_logs_in(
    studio: Studio, annotators: tuple[User, User], page_login: Callable[[Studio, User], Page]
) -> None:
    page = page_login(studio, annotators[0])
    assert page.request.get("/api/current-user/whoami").json()["email"] == annotators[0].email


def test_it_keeps_its_secrets_and_its_port_over_a_restart(
    studio_template: Path, tmp_path: Path
) -> None:
    reported: list[str] = []
    first = start(tmp_path, template=studio_template, on_step=reported.append)
    create_user(first, "ada@example.org")
    assert running(tmp_path) == first
    with pytest.raises(ConflictError, match=f"a server runs at {first.url}"):
        start(tmp_path)
    assert stop(tmp_path)
    assert running(tmp_path) is None
    assert not stop(tmp_path)
    with start(tmp_path, bound_to_parent=True) as second:
        assert (second.url, second.token, second.password) == (
            first.url,
            first.token,
            first.password,
        )
        with LabelStudioClient(second.url, users(tmp_path)["ada@example.org"].token) as theirs:
            assert theirs.whoami()["email"] == "ada@example.org"
    assert reported == ["starting Label Studio"]


def test_it_ends_when_its_parent_is_killed(studio_template: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "s"), str(studio_template)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert serving(tmp_path / "s") == pid
        os.kill(parent.pid, signal.SIGKILL)
        wait_for_end(pid)
    assert serving(tmp_path / "s") is None


def test_a_taken_port_is_reported_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConflictError, match=f"port {port} of this machine is taken"):
            start(tmp_path, port=port)
    assert not (tmp_path / "studio.log").exists()


def test_an_early_end_is_reported_with_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "label_studio.sqlite3").write_text("this is no database", encoding="utf-8")
    with pytest.raises(ServerError, match="file is not a database") as refusal:
        start(tmp_path)
    state = (tmp_path / "studio.json").read_text(encoding="utf-8")
    token = state.partition('"token": "')[2].partition('"')[0]
    assert len(token) == 40
    assert token not in str(refusal.value)
    assert serving(tmp_path) is None


def test_secrets_of_another_database_are_reported(studio_template: Path, tmp_path: Path) -> None:
    with start(tmp_path, bound_to_parent=True, template=studio_template):
        pass
    (tmp_path / "studio.json").unlink()
    with pytest.raises(ConflictError, match=r"does not know the user of studio\.json"):
        start(tmp_path)
    assert serving(tmp_path) is None


def test_a_process_number_of_yesterday_is_never_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (tmp_path / "studio.lock").write_text(str(stranger.pid), encoding="ascii")
        assert not stop(tmp_path)
        assert stranger.poll() is None
        stranger.communicate(b"\n")
    assert stranger.returncode == 0


def test_without_the_extra_the_way_to_it_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_stop, "installed", lambda: False)
    with pytest.raises(UsageError) as refusal:
        start(tmp_path / "s")
    assert str(refusal.value).endswith("run: pip install 'signalbook[studio]'")
    assert not (tmp_path / "s").exists()
