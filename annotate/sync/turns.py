"""Commands that would undo each other's care take turns: one at a time in a workspace."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

_LOCK = "sync.lock"


@contextmanager
def my_turn(folder: Path, waiting: Callable[[], None]) -> Generator[None]:
    """Wait until no other process is at work on this folder; a killed one keeps nobody waiting.

    Args:
        folder: that is worked on.
        waiting: called once if somebody else is at work.
    """
    try:
        import fcntl
    except ImportError:  # no such locks on this system: users see to it themselves
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
