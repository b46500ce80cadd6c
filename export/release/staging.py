"""Publish a folder: at once, never over another, or not at all."""

import contextlib
import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

from signalbook.schema.errors import ConflictError, ReleaseExists
from signalbook.schema.filesystem import lock, sync_to_disk

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_STAGING = ".staging-"
#: Empty file in the folder of a dataset, locked by whoever publishes there.
LOCK = ".lock"


@contextlib.contextmanager
def locked(folder: Path) -> Generator[None]:
    """Nobody else publishes into this folder meanwhile; a killed process keeps nobody waiting.

    Raises:
        ConflictError: Somebody else is publishing here.
    """

    def refuse() -> None:
        raise _busy(folder)

    with lock(folder / LOCK, refuse):
        yield


def _busy(folder: Path) -> ConflictError:
    return ConflictError(
        f"{folder}: another release is being written here; run again when it is done"
    )


@contextlib.contextmanager
def staged(target: Path) -> Generator[Path]:
    """An empty folder beside the target, which becomes the target when the block ends well.

    Call it under the lock of the parent: leftovers of killed processes are removed first.

    Raises:
        ReleaseExists: The target exists.
    """
    parent = target.parent
    for leftover in parent.glob(f"{_STAGING}*"):
        shutil.rmtree(leftover)
    staging = Path(tempfile.mkdtemp(prefix=f"{_STAGING}{target.name}-", dir=parent))
    try:
        yield staging
        staging.chmod(0o755)
        _sync_tree(staging)
        try:
            rename_noreplace(staging, target)
        except FileExistsError as error:
            raise already_published(target) from error
        sync_to_disk(parent)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def already_published(target: Path) -> ReleaseExists:
    """The refusal to write a version twice."""
    return ReleaseExists(f"{target}: exists and is never changed; choose a higher version")


def rename_noreplace(source: Path, target: Path) -> None:
    """Rename, but never over anything, not even an empty folder.

    Raises:
        FileExistsError: The target exists.
    """
    if sys.platform == "linux":
        status = _renameat2(source, target)
        if status == 0:
            return
        if status not in (errno.ENOSYS, errno.EINVAL):  # an old kernel, or file system
            raise OSError(status, os.strerror(status), str(target))
    _rename_claimed(source, target)


def _renameat2(source: Path, target: Path) -> int:
    """The error number, or 0."""
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is None:
        return errno.ENOSYS
    names = os.fsencode(source), os.fsencode(target)
    if function(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_NOREPLACE) == 0:
        return 0
    return ctypes.get_errno()


def _rename_claimed(source: Path, target: Path) -> None:
    """Everyone who goes this way makes the same folder first, which only one can."""
    claim = target.with_name(f".claim-{target.name}")
    claim.mkdir()
    try:
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        source.rename(target)
    finally:
        claim.rmdir()


def _sync_tree(folder: Path) -> None:
    for parent, _, files in os.walk(folder, topdown=False):
        for name in files:
            sync_to_disk(Path(parent, name))
        sync_to_disk(Path(parent))
