"""Start and stop the embedded Label Studio: on SQLite, in a folder, for this machine only."""

import importlib.util
import os
import shutil
import signal
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from signalbook.schema.errors import ConflictError, ServerError, UsageError
from signalbook.schema.filesystem import atomic_write, make_private_folder
from signalbook.schema.progress import OnStep, silent

from .launch import (
    START_PATIENCE_S,
    STOP_PATIENCE_S,
    died,
    end,
    knows_us,
    launch,
    reap,
    secrets_of,
    wait_until_serving,
)
from .process import serving
from .state import (
    HOST,
    STATE,
    StudioState,
    port_is_taken,
    prepare_state,
    read_state,
    write_state,
)

DATABASE = "label_studio.sqlite3"


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


def installed() -> bool:
    """Whether the extra that brings Label Studio is installed."""
    return importlib.util.find_spec("label_studio") is not None


def running(folder: Path) -> Studio | None:
    """The server that runs on this folder, if one does."""
    pid, state = serving(folder), read_state(folder)
    if pid is None or state is None:
        return None
    return _studio(folder, pid, state)


def require_running(folder: Path) -> Studio:
    """The server that runs on this folder.

    Raises:
        ServerError: None does.
    """
    if studio := running(folder):
        return studio
    raise ServerError(
        "the embedded Label Studio does not run; start it with: signalbook studio start"
    )


def start(
    folder: Path,
    *,
    port: int | None = None,
    bound_to_parent: bool = False,
    template: Path | None = None,
    on_step: OnStep = silent,
) -> Studio:
    """Start Label Studio on a folder and wait until it answers.

    Args:
        folder: Folder of the database, the log and the secrets; made when missing.
        port: Port of this machine; without it, one that is free.
        bound_to_parent: Let the server end when this process ends, in whatever way.
        template: Folder made by `migrated_template`, which makes the first start fast.
        on_step: Is given the name of each step before it begins.

    Raises:
        UsageError: Label Studio is not installed.
        ConflictError: A server runs on this folder, or the port is taken.
        ServerError: The server ended early or did not answer in time.
    """
    _require_installed()
    make_private_folder(folder)
    folder = folder.resolve()
    if studio := running(folder):
        raise ConflictError(f"{folder}: a server runs at {studio.url}; stop it first")
    if port is not None and port_is_taken(port):
        raise ConflictError(_taken(port))
    _take_template(folder, template)
    first = not (folder / DATABASE).exists()
    state = prepare_state(folder, port)
    making = "making the database of Label Studio (once, about a minute)"
    on_step(making if first else "starting Label Studio")
    process = launch(folder, state.port, environment=secrets_of(state), bound=bound_to_parent)
    try:
        served = wait_until_serving(process, folder, state)
        if port is not None and served != port:
            raise ConflictError(_taken(port))
        state = replace(state, port=served)
        _require_ours(folder, state)
    except BaseException:
        end(process)
        raise
    write_state(folder, state)
    return _studio(folder, process.pid, state)


def stop(folder: Path) -> bool:
    """Stop the server of this folder, and only that; returns whether there was one."""
    pid = serving(folder)
    if pid is None:
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        if _wait_until_ended(folder, pid):
            return True
    raise ServerError(f"{folder}: process {pid} does not end; end it by hand")


def migrated_template(folder: Path, *, on_step: OnStep = silent) -> Path:
    """A folder with an empty, migrated database; made when missing, without users or secrets."""
    if (folder / DATABASE).exists():
        return folder
    _require_installed()
    make_private_folder(folder)
    on_step("making an empty database of Label Studio (once, about a minute)")
    with tempfile.TemporaryDirectory(dir=folder) as name:
        work = Path(name).resolve()
        process = launch(work, 0, environment={}, bound=True)
        try:
            if process.wait(START_PATIENCE_S) != 0:
                raise died(process, work, ())
        finally:
            end(process)
        os.replace(work / DATABASE, folder / DATABASE)
    return folder


def _require_installed() -> None:
    if os.name != "posix":
        raise UsageError("the embedded Label Studio needs Linux or macOS; use a server elsewhere")
    if not installed():
        raise UsageError("Label Studio is not installed; run: pip install 'signalbook[studio]'")


def _taken(port: int) -> str:
    return f"port {port} of this machine is taken; choose another one, or leave it out"


def _studio(folder: Path, pid: int, state: StudioState) -> Studio:
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
    with (
        (template / DATABASE).open("rb") as source,
        atomic_write(folder / DATABASE, private=True) as copy,
    ):
        shutil.copyfileobj(source, copy)


def _require_ours(folder: Path, state: StudioState) -> None:
    if not knows_us(state):
        raise ConflictError(
            f"{folder}: its database does not know the user of {STATE}; "
            "restore that file, or move the folder away to begin anew"
        )


def _wait_until_ended(folder: Path, pid: int) -> bool:
    deadline = time.monotonic() + STOP_PATIENCE_S
    while time.monotonic() < deadline:
        if serving(folder) != pid:
            reap(pid)
            return True
        time.sleep(0.02)
    return False
