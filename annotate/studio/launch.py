"""Launch the server process, and read from its log which port it serves or why it ended."""

import os
import subprocess
import sys
import time
from pathlib import Path

from signalbook.schema.errors import ServerError

from .process import forget_last
from .state import HOST, StudioState

LOG = "studio.log"
STOP_PATIENCE_S = 15.0
START_PATIENCE_S = 300.0
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


#: Processes that we started, so that they are waited for when they end.
_started: dict[int, subprocess.Popen[bytes]] = {}


def secrets_of(state: StudioState) -> dict[str, str]:
    """The user that the server makes at its first start, for the environment."""
    return {
        "LABEL_STUDIO_USERNAME": state.email,
        "LABEL_STUDIO_PASSWORD": state.password,
        "LABEL_STUDIO_USER_TOKEN": state.token,
    }


def launch(
    folder: Path, port: int, *, environment: dict[str, str], bound: bool
) -> subprocess.Popen[bytes]:
    """Start the server; its secrets go through the environment, never through arguments."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in _FOREIGN_NAMES and not name.startswith(_FOREIGN_PREFIXES)
    }
    forget_last(folder)
    data = {"LABEL_STUDIO_BASE_DATA_DIR": str(folder)}
    module = "signalbook.annotate.studio.process"
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


def wait_until_serving(process: subprocess.Popen[bytes], folder: Path, state: StudioState) -> int:
    """The port that the server took by its own account: where one is taken, it takes the next."""
    deadline = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise died(process, folder, (state.password, state.token))
        log = _read_log(folder)
        _, serving_line, rest = log.partition(_SERVING_LINE)
        port = rest.partition("/")[0]
        if serving_line and port.isdecimal() and _answers(int(port)):
            return int(port)
        time.sleep(0.1)
    raise ServerError(f"{folder / LOG}: no answer for {START_PATIENCE_S:.0f} s; see the log")


def _answers(port: int) -> bool:
    import httpx

    try:
        return httpx.get(f"http://{HOST}:{port}/api/version", trust_env=False).is_success
    except httpx.TransportError:
        return False


def _read_log(folder: Path) -> str:
    return (folder / LOG).read_text(encoding="utf-8", errors="replace")


def knows_us(state: StudioState) -> bool:
    """Whether the server on the port knows the token that only we and our database know."""
    import httpx

    url = f"http://{HOST}:{state.port}/api/current-user/whoami"
    headers = {"Authorization": f"Token {state.token}"}
    try:
        return httpx.get(url, headers=headers, trust_env=False, timeout=60).is_success
    except httpx.TransportError as error:
        raise ServerError(f"{url}: {error}; start it again") from error


def died(process: subprocess.Popen[bytes], folder: Path, secret: tuple[str, ...]) -> ServerError:
    """Its last words, without the secrets."""
    last = "\n".join(_read_log(folder).strip().splitlines()[-12:])
    for word in secret:
        last = last.replace(word, "***")
    return ServerError(
        f"{folder / LOG}: Label Studio ended with status {process.returncode} before it "
        "answered; its last words:",
        *last.split("\n"),
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that we started and that does not serve yet."""
    process.terminate()
    try:
        process.wait(STOP_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
    reap(process.pid)


def reap(pid: int) -> None:
    """Leave no zombie and no open pipe of a process that we started."""
    if process := _started.pop(pid, None):
        process.wait()
        if process.stdin:
            process.stdin.close()
