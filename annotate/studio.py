"""A folder becomes a running Label Studio on SQLite, for this machine only, and stops again."""

import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from signalbook.schema.errors import ConflictError, ServerError, UsageError

from .private_files import OWNER_ONLY_FILE, make_private_folder, write_private
from .studio_process import serving

HOST = "127.0.0.1"
ADMIN = "admin@signalbook.invalid"
DATABASE = "label_studio.sqlite3"
LOG = "studio.log"
_STATE = "studio.json"
_STOP_PATIENCE_S = 15.0
_START_PATIENCE_S = 300.0
_SERVING_LINE = f"Starting development server at http://{HOST}:"
#: Variables of the caller that would change what the server does.
_FOREIGN_PREFIXES = ("LABEL_STUDIO_", "HEARTEX_", "DJANGO_", "DATABASE_", "POSTGRE_")
_FOREIGN_NAMES = {"HOST", "PORT", "USERNAME", "PASSWORD", "USER_TOKEN", "SECRET_KEY", "DEBUG"}
_SETTINGS = {
    "DJANGO_DB": "sqlite",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "LATEST_VERSION_CHECK": "false",
    "COLLECT_ANALYTICS": "false",
    "DEBUG": "false",
    "LOG_LEVEL": "WARNING",
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    "PYTHONUNBUFFERED": "1",
}

#: Told what is going on, in one short sentence at a time.
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Studio:
    """An embedded Label Studio and how to reach it; as a context manager it stops at the end."""

    folder: Path
    url: str
    pid: int
    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        stop(self.folder)


@dataclass(frozen=True)
class _State:
    """What is kept between starts, in a file that only the owner can read."""

    email: str
    password: str
    token: str
    port: int


#: Processes that we started, so that they are waited for when they end.
_started: dict[int, subprocess.Popen[bytes]] = {}


def installed() -> bool:
    """Whether the extra that brings Label Studio is installed."""
    return importlib.util.find_spec("label_studio") is not None


def running(folder: Path) -> Studio | None:
    """The server that runs on this folder, if one does."""
    pid, state = serving(folder), _read_state(folder)
    if pid is None or state is None:
        return None
    return _studio(folder, pid, state)


def start(
    folder: Path,
    *,
    port: int | None = None,
    bound_to_parent: bool = False,
    template: Path | None = None,
    progress: Progress | None = None,
) -> Studio:
    """Start Label Studio on a folder and wait until it answers.

    Args:
        folder: holds the database, the log and the secrets; made when missing.
        port: a port of this machine, or one that is free.
        bound_to_parent: the server ends when this process ends, in whatever way.
        template: a folder made by `migrated_template`, which makes the first start fast.
        progress: told what is going on.

    Raises:
        UsageError: Label Studio is not installed.
        ConflictError: a server runs on this folder, or the port is taken.
        ServerError: the server ended early or did not answer in time.
    """
    _require_installed()
    tell = progress or _silence
    make_private_folder(folder)
    folder = folder.resolve()
    if known := running(folder):
        raise ConflictError(f"{folder}: a server runs at {known.url}; stop it first")
    _take_template(folder, template)
    first = not (folder / DATABASE).exists()
    state = _prepare_state(folder, port)
    tell("making the database of Label Studio (once, about a minute)" if first else "starting")
    process = _launch(folder, state.port, environment=_secrets(state), bound=bound_to_parent)
    try:
        found_port = _wait_until_serving(process, folder, state)
        if port is not None and found_port != port:
            raise ConflictError(f"port {port} is taken; choose another one or leave it out")
        state = replace(state, port=found_port)
        _require_ours(folder, state)
    except BaseException:
        _end(process)
        raise
    _write_state(folder, state)
    return _studio(folder, process.pid, state)


def stop(folder: Path) -> bool:
    """Stop the server of this folder, and only that; tell whether there was one."""
    pid = serving(folder)
    if pid is None:
        return False
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(pid, sign)
        if _wait_until_ended(folder, pid):
            return True
    raise ServerError(f"{folder}: process {pid} does not end; end it by hand")


def migrated_template(folder: Path, *, progress: Progress | None = None) -> Path:
    """A folder with an empty, migrated database; made when missing, without users or secrets."""
    if (folder / DATABASE).exists():
        return folder
    _require_installed()
    make_private_folder(folder)
    (progress or _silence)("making an empty database of Label Studio (once, about a minute)")
    with tempfile.TemporaryDirectory(dir=folder) as name:
        work = Path(name).resolve()
        process = _launch(work, 0, environment={}, bound=True)
        if process.wait(_START_PATIENCE_S) != 0:
            raise _died(process, work, ())
        _reap(process.pid)
        os.replace(work / DATABASE, folder / DATABASE)
    return folder


def _require_installed() -> None:
    if not installed():
        raise UsageError("Label Studio is not installed; run: pip install 'signalbook[studio]'")


def _silence(_said: str) -> None:
    pass


def _studio(folder: Path, pid: int, state: _State) -> Studio:
    return Studio(
        folder=folder,
        url=f"http://{HOST}:{state.port}",
        pid=pid,
        email=state.email,
        password=state.password,
        token=state.token,
    )


def _take_template(folder: Path, template: Path | None) -> None:
    if template is None or (folder / DATABASE).exists():
        return
    copy = folder / f".{DATABASE}.part"
    shutil.copyfile(template / DATABASE, copy)
    copy.chmod(OWNER_ONLY_FILE)
    os.replace(copy, folder / DATABASE)


def _read_state(folder: Path) -> _State | None:
    try:
        return _State(**json.loads((folder / _STATE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (TypeError, ValueError) as error:
        raise UsageError(f"{folder / _STATE}: is damaged; restore it from a backup") from error


def _write_state(folder: Path, state: _State) -> None:
    write_private(folder / _STATE, json.dumps(asdict(state), indent=1) + "\n")


def _prepare_state(folder: Path, port: int | None) -> _State:
    """The secrets of the last start or new ones, written before the server knows them."""
    chosen = port or _free_port()
    known = _read_state(folder)
    if known is None:
        state = _State(ADMIN, secrets.token_urlsafe(16), secrets.token_hex(20), chosen)
    else:
        state = replace(known, port=chosen)
    _write_state(folder, state)
    return state


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _secrets(state: _State) -> dict[str, str]:
    return {
        "LABEL_STUDIO_USERNAME": state.email,
        "LABEL_STUDIO_PASSWORD": state.password,
        "LABEL_STUDIO_USER_TOKEN": state.token,
    }


def _launch(
    folder: Path, port: int, *, environment: dict[str, str], bound: bool
) -> subprocess.Popen[bytes]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in _FOREIGN_NAMES and not name.startswith(_FOREIGN_PREFIXES)
    }
    data = {"LABEL_STUDIO_BASE_DATA_DIR": str(folder)}
    module = "signalbook.annotate.studio_process"
    command = [sys.executable, "-m", module, str(folder), str(port)]
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        process = subprocess.Popen(
            [*command, "bound"] if bound else command,
            stdin=subprocess.PIPE if bound else subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=inherited | _SETTINGS | data | environment,
            start_new_session=True,
        )
    finally:
        os.close(log)
    _started[process.pid] = process
    return process


def _wait_until_serving(process: subprocess.Popen[bytes], folder: Path, state: _State) -> int:
    """The port that the server itself says it took: it silently takes the next one."""
    deadline = time.monotonic() + _START_PATIENCE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise _died(process, folder, (state.password, state.token))
        log = _read_log(folder)
        _, found, rest = log.partition(_SERVING_LINE)
        port = rest.partition("/")[0]
        if found and port.isdecimal() and _answers(int(port)):
            return int(port)
        time.sleep(0.1)
    raise ServerError(f"{folder / LOG}: no answer for {_START_PATIENCE_S:.0f} s; see the log")


def _answers(port: int) -> bool:
    import httpx

    try:
        return httpx.get(f"http://{HOST}:{port}/api/version", trust_env=False).is_success
    except httpx.TransportError:
        return False


def _require_ours(folder: Path, state: _State) -> None:
    """The server on the port knows the token that only we and our database know."""
    import httpx

    url = f"http://{HOST}:{state.port}/api/current-user/whoami"
    headers = {"Authorization": f"Token {state.token}"}
    if httpx.get(url, headers=headers, trust_env=False, timeout=60).is_success:
        return
    raise ConflictError(
        f"{folder}: its database does not know the user of {_STATE}; "
        "restore that file, or move the folder away to begin anew"
    )


def _read_log(folder: Path) -> str:
    return (folder / LOG).read_text(encoding="utf-8", errors="replace")


def _died(process: subprocess.Popen[bytes], folder: Path, secret: tuple[str, ...]) -> ServerError:
    last = "\n".join(_read_log(folder).strip().splitlines()[-12:])
    for word in secret:
        last = last.replace(word, "***")
    return ServerError(
        f"{folder / LOG}: Label Studio ended with status {process.returncode} before it "
        f"answered; its last words:\n{last}"
    )


def _wait_until_ended(folder: Path, pid: int) -> bool:
    deadline = time.monotonic() + _STOP_PATIENCE_S
    while time.monotonic() < deadline:
        if serving(folder) != pid:
            _reap(pid)
            return True
        time.sleep(0.02)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
    _reap(process.pid)


def _reap(pid: int) -> None:
    """Leave no zombie and no open pipe of a process that we started."""
    if process := _started.pop(pid, None):
        process.wait()
        if process.stdin:
            process.stdin.close()
