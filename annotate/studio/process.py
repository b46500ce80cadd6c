"""The process of the embedded Label Studio: it holds the lock of its folder while it lives.

The lock is how others know that the server runs and that its process id is still ours: it is
freed by the operating system when the process ends, in whatever way. It is not a lock of
`schema.filesystem`, for nobody waits for it: others read in the locked file who holds it.
"""

import importlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

LOCK_NAME = "studio.lock"
_MIGRATE = ["label-studio", "version"]


def serving(folder: Path) -> int | None:
    """The process id of the server that runs on this folder, if one does."""
    try:
        descriptor = os.open(folder / LOCK_NAME, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        if _lock(descriptor):
            return None
        written = os.read(descriptor, 32).decode("ascii").strip()
        return int(written) if written else None
    finally:
        os.close(descriptor)


def forget_last(folder: Path) -> None:
    """Before a start: the number of a process that ended must never pass for the new one."""
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if _lock(descriptor):
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _hold_lock(folder: Path) -> None:
    """Lock the folder until this process ends."""
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    patience = 50
    while not _lock(descriptor):  # somebody may only be asking who holds it
        patience -= 1
        if not patience:
            sys.exit(f"another server runs on {folder}")
        time.sleep(0.02)
    os.write(descriptor, str(os.getpid()).encode("ascii"))


def _end_with_parent() -> None:
    """End this process when standard input closes, as it does when the parent dies."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main(folder: Path, port: int | None, *, bound_to_parent: bool) -> None:
    """Serve the folder on the port; without a port only migrate its database."""
    os.umask(0o077)
    _hold_lock(folder)
    if bound_to_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    serve = ["label-studio", "start", "--internal-host", "127.0.0.1", "--port", str(port)]
    sys.argv = _MIGRATE if port is None else [*serve, "--no-browser"]
    importlib.import_module("label_studio.server").main()


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        int(sys.argv[2]) or None,
        bound_to_parent=sys.argv[3:] == ["bound"],
    )
