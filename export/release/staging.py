"""A staged folder becomes a published one: at once, never over another, or not at all."""

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

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_STAGING = ".staging-"


@contextlib.contextmanager
def locked(folder: Path) -> Generator[None]:
    """Nobody else publishes into this folder meanwhile; a killed process leaves no lock behind.

    Raises:
        ConflictError: somebody else is publishing here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:
        with _locked_by_folder(folder):
            yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _busy(folder) from error
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _locked_by_folder(folder: Path) -> Generator[None]:
    lock = folder / ".lock"
    try:
        lock.mkdir()
    except FileExistsError as error:
        raise _busy(folder) from error
    try:
        yield
    finally:
        lock.rmdir()


def _busy(folder: Path) -> ConflictError:
    return ConflictError(
        f"{folder}: another release is being written here; run again when it is done"
    )


@contextlib.contextmanager
def staged(target: Path) -> Generator[Path]:
    """An empty folder beside the target, which becomes the target when the block ends well.

    Call it under the lock of the parent: leftovers of killed processes are removed first.

    Raises:
        ReleaseExists: the target exists.
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
            raise exists(target) from error
        _sync(parent)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def exists(target: Path) -> ReleaseExists:
    """The refusal to write a version twice."""
    return ReleaseExists(f"{target}: exists and is never changed; choose a higher version")


def rename_noreplace(source: Path, target: Path) -> None:
    """Rename, but never over anything, not even an empty folder.

    Raises:
        FileExistsError: the target exists.
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


def write_file(path: Path, content: bytes) -> None:
    """Replace a file whole, and on the disk before it has its name."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync(path.parent)


def _sync_tree(folder: Path) -> None:
    for parent, _, files in os.walk(folder, topdown=False):
        for name in files:
            _sync(Path(parent, name))
        _sync(Path(parent))


def _sync(path: Path) -> None:
    """Make a file or a folder's list of names last; not every system opens folders."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        if path.is_dir():
            return
        raise
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
